using System.Numerics;
using Appliance.Scene.Heads;
using Appliance.Scene.Rendering;

namespace Appliance.Scene.People;

/// <summary>How a person is seen in one frame. Angles in degrees, as in <see cref="HeadPose"/>.</summary>
/// <param name="Head">The head's place and angles.</param>
/// <param name="BodyYaw">Where the chest points.</param>
/// <param name="Tilt">How far from above the camera looks.</param>
/// <param name="Stride">Phase of the walk in radians; arms and legs swing with it.</param>
/// <param name="Swing">How far they swing, in degrees; 0 stands.</param>
public readonly record struct Stance(HeadPose Head, float BodyYaw, float Tilt, float Stride, float Swing);

/// <summary>A head on a body, drawn as one.</summary>
internal sealed class Figure(HeadModel head, BodyModel body)
{
    public HeadModel Head { get; } = head;

    public void Draw(SurfaceRenderer renderer, Canvas canvas, in Stance stance, in Light light)
    {
        var pose = stance.Head;
        renderer.Begin(pose, light);
        renderer.Draw(canvas, Head.Surfaces, pose.Rotation, Head.TexelsPerUnit, castShadows: true);

        var facing = Matrix4x4.CreateRotationY(stance.BodyYaw * MathF.PI / 180) * Matrix4x4.CreateRotationX(stance.Tilt * MathF.PI / 180);
        renderer.Draw(canvas, body.Torso, facing, 12);
        for (var side = -1; side <= 1; side += 2)
        {
            var swing = MathF.Sin(stance.Stride) * stance.Swing * side * (MathF.PI / 180);
            var shoulder = body.Shoulder with { X = body.Shoulder.X * side };
            var hip = BodyModel.Hip with { X = BodyModel.Hip.X * side };
            renderer.Draw(
                canvas, body.Arm, Matrix4x4.CreateRotationX(swing) * Matrix4x4.CreateRotationZ(side * 0.09f) * Matrix4x4.CreateTranslation(shoulder) * facing, 12);
            renderer.Draw(
                canvas, body.Leg, Matrix4x4.CreateRotationX(-swing) * Matrix4x4.CreateTranslation(hip) * facing, 12);
        }

        renderer.Finish(canvas);
    }
}
