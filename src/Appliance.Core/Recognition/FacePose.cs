using System.Numerics;
using Appliance.Core.Detection;

namespace Appliance.Core.Recognition;

/// <summary>
/// How a head is turned, from five points alone: a rigid mean head (eyes 62 mm apart, nose tip 28 mm in front of them, mouth
/// 68 mm below) seen by a far camera. Good for ±5° of yaw and roll; pitch also varies with the person's own nose by ±10°.
/// </summary>
internal readonly record struct FacePose(float Yaw, float Pitch, float Roll)
{
    // Nose tip in front of the eyes over eye distance.
    private const float NoseReach = 0.45f;

    // In eye distances at rest: nose and mouth below the eyes, as YuNet places them, and how far they stand out.
    private const float NoseDrop = 0.63f;
    private const float MouthDrop = 1.08f;
    private const float MouthReach = 0.15f;

    public static FacePose From(in Landmarks5 face)
    {
        var eyes = face.LeftEye - face.RightEye;
        var eyeDistance = eyes.Length();
        var middle = (face.LeftEye + face.RightEye) / 2;
        var down = ((face.LeftMouth + face.RightMouth) / 2) - middle;
        if (!(eyeDistance > 0.1f) || !(down.LengthSquared() > 0.01f))
            return new(90, 90, 0);

        var across = eyes / eyeDistance;
        var roll = MathF.Atan2(across.Y, across.X);
        var nose = face.NoseTip - middle;
        var noseDown = Vector2.Dot(nose, new(-across.Y, across.X));
        var mouthDown = Vector2.Dot(down, new(-across.Y, across.X));
        if (!(mouthDown > 0.1f))
            return new(90, 90, Degrees(roll));

        var yaw = MathF.Atan(Vector2.Dot(nose, across) / eyeDistance / NoseReach);

        // Seen from below by an angle p: nose (drop·cos p − reach·sin p) over mouth, the same; solved for tan p.
        var ratio = noseDown / mouthDown;
        var pitch = MathF.Atan2(NoseDrop - (ratio * MouthDrop), NoseReach - (ratio * MouthReach));
        return new(Degrees(yaw), Degrees(pitch), Degrees(roll));
    }

    private static float Degrees(float radians) => radians * (180 / MathF.PI);
}
