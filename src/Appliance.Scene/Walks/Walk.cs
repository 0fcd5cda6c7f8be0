using System.Numerics;

namespace Appliance.Scene.Walks;

/// <summary>One person walks past one camera, from <paramref name="From"/> to <paramref name="To"/> in a gentle bend.</summary>
/// <param name="Identity">Index in the cast.</param>
/// <param name="Camera">Index of the camera.</param>
/// <param name="Start">Seconds into the scene.</param>
/// <param name="Duration">Seconds it takes.</param>
/// <param name="From">Metres: x to the right, y (second) away from the camera.</param>
/// <param name="To">Metres; nearer than 1.5 is behind the camera.</param>
/// <param name="Bend">Metres the path bulges sideways.</param>
/// <param name="Restlessness">Degrees the head turns while walking.</param>
public sealed record Walk(
    int Identity, int Camera, float Start, float Duration, Vector2 From, Vector2 To, float Bend = 0, float Restlessness = 6)
{
    public float End => Start + Duration;

    /// <summary>Where the person stands at <paramref name="time"/>, and the direction walked (unit vector).</summary>
    internal (Vector2 At, Vector2 Heading) Position(float time)
    {
        var t = Math.Clamp((time - Start) / Duration, 0, 1);
        var along = To - From;
        var aside = Vector2.Normalize(new Vector2(along.Y, -along.X));
        var at = From + (along * t) + (aside * (Bend * MathF.Sin(MathF.PI * t)));
        var heading = along + (aside * (Bend * MathF.PI * MathF.Cos(MathF.PI * t)));
        return (at, Vector2.Normalize(heading));
    }
}
