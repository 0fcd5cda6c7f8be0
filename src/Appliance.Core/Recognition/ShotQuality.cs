using System.Numerics;
using System.Numerics.Tensors;
using Appliance.Core.Detection;
using Appliance.Core.Frames;

namespace Appliance.Core.Recognition;

/// <summary>How good one picture of a face is for recognition.</summary>
/// <param name="Score">All parts together, 0 (useless) to 1 (a passport photo).</param>
/// <param name="EyeDistance">Between the eyes as if the head faced the camera, pixels of the full frame.</param>
/// <param name="Sharpness">
/// Variance of the Laplacian of the luma over the luma's own variance, per mille, face scaled to a fixed size: what share of the
/// picture is fine detail, whatever the lighting.
/// </param>
/// <param name="Yaw">Degrees, positive when the subject turns to their own left (to the right of the picture).</param>
/// <param name="Pitch">Degrees, positive when the subject looks up.</param>
/// <param name="Roll">Degrees in the picture plane, positive clockwise.</param>
/// <param name="Brightness">Mean luma of the face, 0..1.</param>
/// <param name="Contrast">Standard deviation of the luma of the face, 0..0.5.</param>
/// <param name="Visible">Share of the face's box that lies within the frame, 0..1.</param>
/// <param name="DetectorScore">The detector's own score.</param>
public readonly record struct ShotQuality(
    float Score,
    float EyeDistance,
    float Sharpness,
    float Yaw,
    float Pitch,
    float Roll,
    float Brightness,
    float Contrast,
    float Visible,
    float DetectorScore)
{
    // Where each part is as good as it gets, and how fast it falls off; the score is the product.
    private const float GoodEyeDistance = 45;
    private const float GoodContrast = 0.12f;
    private const float HalfSharpness = 25;
    private const float YawWidth = 38;
    private const float PitchWidth = 50;
    private const float RollWidth = 70;

    // Keeps sensor noise of a flat, dark face from passing as sharpness: luma variance is taken as at least this.
    private const float LeastVariance = 150;

    /// <summary>
    /// Measures a face that was found in <paramref name="frame"/>. Allocates nothing; 20 to 60 microseconds (benchmark report
    /// <c>steps</c>), so ask <see cref="TrackIdentity.IsDue"/> first. Impossible landmarks give a score of 0, never an exception.
    /// </summary>
    public static ShotQuality Measure(Frame frame, in FaceDetection face)
    {
        var patch = default(FacePatch);
        Span<float> luma = patch;
        if (!FacePatch.TryRead(frame, face.Landmarks, luma))
            return default;

        var pose = FacePose.From(face.Landmarks);
        var mean = TensorPrimitives.Sum<float>(luma) / luma.Length;
        var variance = Math.Max(0, (TensorPrimitives.SumOfSquares<float>(luma) / luma.Length) - (mean * mean));
        var limited = frame.ColorSpace is ColorSpace.Bt601Limited or ColorSpace.Bt709Limited;
        var (black, range) = limited ? (16f, 219f) : (0f, 255f);
        var shot = new ShotQuality(
            Score: 0,
            EyeDistance: EyeDistanceOf(face.Landmarks),
            Sharpness: 1000 * FacePatch.LaplacianVariance(luma) / Math.Max(variance, LeastVariance),
            Yaw: pose.Yaw,
            Pitch: pose.Pitch,
            Roll: pose.Roll,
            Brightness: Math.Clamp((mean - black) / range, 0, 1),
            Contrast: MathF.Sqrt(variance) / range,
            Visible: VisibleShare(face.Box, frame.Width, frame.Height),
            DetectorScore: face.Score);
        return shot with { Score = shot.Rate() };
    }

    /// <summary>One number from the parts: each takes away, none makes up for another.</summary>
    internal float Rate()
    {
        var size = Math.Clamp((EyeDistance - 6) / (GoodEyeDistance - 6), 0, 1);
        var sharp = Math.Max(0, Sharpness) / (Math.Max(0, Sharpness) + HalfSharpness);
        var pose = Bell(Yaw / YawWidth) * Bell(Pitch / PitchWidth) * Bell(Roll / RollWidth);
        var light = Math.Clamp(Brightness / 0.25f, 0, 1) * Math.Clamp((1 - Brightness) / 0.15f, 0, 1);
        var contrast = Math.Clamp(Contrast / GoodContrast, 0, 1);
        var sure = Math.Clamp((DetectorScore - 0.3f) / 0.5f, 0, 1);
        var score = MathF.Sqrt(size) * MathF.Sqrt(sharp) * pose * light * MathF.Sqrt(contrast) * Visible * sure;
        return float.IsFinite(score) ? Math.Clamp(score, 0, 1) : 0;
    }

    // In three dimensions: turning the head brings the eyes closer together in the picture, not the face farther away.
    private static float EyeDistanceOf(in Landmarks5 face)
    {
        var across = Vector2.Distance(face.LeftEye, face.RightEye);
        var down = Vector2.Distance((face.LeftEye + face.RightEye) / 2, (face.LeftMouth + face.RightMouth) / 2);
        return Math.Max(across, 0.8f * down);
    }

    private static float VisibleShare(in Box box, int width, int height)
    {
        var across = Math.Min(box.Right, width) - Math.Max(box.X, 0);
        var down = Math.Min(box.Bottom, height) - Math.Max(box.Y, 0);
        return box.Area > 0 ? Math.Clamp(across, 0, box.Width) * Math.Clamp(down, 0, box.Height) / box.Area : 0;
    }

    private static float Bell(float x) => MathF.Exp(-x * x);
}
