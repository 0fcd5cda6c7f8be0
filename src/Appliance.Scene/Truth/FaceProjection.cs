using System.Numerics;
using Appliance.Core.Detection;
using Appliance.Scene.Heads;
using Appliance.Scene.Rendering;

namespace Appliance.Scene.Truth;

/// <summary>Where box and landmarks of a head come to lie in the picture.</summary>
internal static class FaceProjection
{
    public static (Box Box, Landmarks5 Landmarks) Of(HeadModel head, in HeadPose pose)
    {
        var rotation = pose.Rotation;
        var low = new Vector2(float.MaxValue);
        var high = new Vector2(float.MinValue);
        foreach (var point in head.Outline)
        {
            var at = pose.Project(Vector3.Transform(point, rotation));
            low = Vector2.Min(low, at);
            high = Vector2.Max(high, at);
        }

        Span<Vector2> marks = stackalloc Vector2[5];
        for (var i = 0; i < marks.Length; i++)
            marks[i] = pose.Project(Vector3.Transform(head.Landmarks[i], rotation));

        return (new Box(low.X, low.Y, high.X - low.X, high.Y - low.Y), new Landmarks5(marks[0], marks[1], marks[2], marks[3], marks[4]));
    }
}
