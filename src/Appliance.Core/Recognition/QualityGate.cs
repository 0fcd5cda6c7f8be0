using System.ComponentModel.DataAnnotations;

namespace Appliance.Core.Recognition;

/// <summary>What is wrong with a picture of a face.</summary>
public enum QualityFault
{
    None,
    WeakDetection,
    TooSmall,
    CutOff,
    TurnedAway,
    TooDark,
    TooBright,
    TooFlat,
    TooBlurred,
}

/// <summary>The least that a picture of a face must be. Two sets are in use: one for live shots, a stricter one for enrolment.</summary>
public sealed class QualityGate
{
    /// <summary>For photos of the watchlist: what is enrolled is compared for years.</summary>
    public static QualityGate Enrolment { get; } = new() { MinEyeDistance = 40, MaxYaw = 30, MaxPitch = 30, MinSharpness = 20 };

    /// <summary>For frames of a camera.</summary>
    public static QualityGate Live { get; } = new();

    /// <summary>Detector's score (0 to 1).</summary>
    [Range(0f, 1f)]
    public float MinDetectorScore { get; init; } = 0.6f;

    /// <summary>Pixels between the eyes (4 to 500).</summary>
    [Range(4f, 500f)]
    public float MinEyeDistance { get; init; } = 14;

    /// <summary>Share of the face within the frame (0 to 1).</summary>
    [Range(0f, 1f)]
    public float MinVisible { get; init; } = 0.85f;

    /// <summary>
    /// Degrees to the side (5 to 90). A profile still tells people apart (0.47–0.53 against at most 0.18 for others on the profile
    /// in short_hamilton_clip.mp4); it weighs little beside better shots.
    /// </summary>
    [Range(5f, 90f)]
    public float MaxYaw { get; init; } = 75;

    /// <summary>Degrees up or down (5 to 90).</summary>
    [Range(5f, 90f)]
    public float MaxPitch { get; init; } = 45;

    /// <summary>Mean luma (0 to 1).</summary>
    [Range(0f, 1f)]
    public float MinBrightness { get; init; } = 0.12f;

    /// <summary>Mean luma (0 to 1).</summary>
    [Range(0f, 1f)]
    public float MaxBrightness { get; init; } = 0.92f;

    /// <summary>Standard deviation of the luma (0 to 0.5).</summary>
    [Range(0f, 0.5f)]
    public float MinContrast { get; init; } = 0.04f;

    /// <summary>
    /// As <see cref="ShotQuality.Sharpness"/> (0 to 1000): photos measure 80–500, blurred by a tenth of the eye distance about 25,
    /// by a fifth about 6, where embedders fail.
    /// </summary>
    [Range(0f, 1000f)]
    public float MinSharpness { get; init; } = 6;

    /// <summary>The first fault of a shot, most telling first; <see cref="QualityFault.None"/> = good enough. Allocates nothing.</summary>
    public QualityFault Check(in ShotQuality shot) => shot switch
    {
        // Written so that not-a-number fails.
        _ when !(shot.DetectorScore >= MinDetectorScore) => QualityFault.WeakDetection,
        _ when !(shot.EyeDistance >= MinEyeDistance) => QualityFault.TooSmall,
        _ when !(shot.Visible >= MinVisible) => QualityFault.CutOff,
        _ when !(Math.Abs(shot.Yaw) <= MaxYaw) || !(Math.Abs(shot.Pitch) <= MaxPitch) => QualityFault.TurnedAway,
        _ when !(shot.Brightness >= MinBrightness) => QualityFault.TooDark,
        _ when !(shot.Brightness <= MaxBrightness) => QualityFault.TooBright,
        _ when !(shot.Contrast >= MinContrast) => QualityFault.TooFlat,
        _ when !(shot.Sharpness >= MinSharpness) => QualityFault.TooBlurred,
        _ => QualityFault.None,
    };

    /// <summary>The same in words for a person, e.g. "too small: 22 px between the eyes, 40 needed"; null = good enough.</summary>
    public string? WhyRefused(in ShotQuality shot) => Check(shot) switch
    {
        QualityFault.None => null,
        QualityFault.WeakDetection =>
            $"not clearly a face: detector score {shot.DetectorScore:0.00}, {MinDetectorScore:0.00} needed",
        QualityFault.TooSmall => $"too small: {shot.EyeDistance:0} px between the eyes, {MinEyeDistance:0} needed",
        QualityFault.CutOff => $"cut off: {shot.Visible:0%} of the face is in the picture, {MinVisible:0%} needed",
        QualityFault.TurnedAway when !(Math.Abs(shot.Yaw) <= MaxYaw) =>
            $"turned to the side: {Math.Abs(shot.Yaw):0}°, at most {MaxYaw:0}°",
        QualityFault.TurnedAway => $"turned {(shot.Pitch > 0 ? "up" : "down")}: {Math.Abs(shot.Pitch):0}°, at most {MaxPitch:0}°",
        QualityFault.TooDark => $"too dark: brightness {shot.Brightness:0%}, {MinBrightness:0%} needed",
        QualityFault.TooBright => $"too bright: brightness {shot.Brightness:0%}, at most {MaxBrightness:0%}",
        QualityFault.TooFlat => $"too little contrast: {shot.Contrast:0.0%}, {MinContrast:0.0%} needed",
        QualityFault.TooBlurred => $"too blurred: sharpness {shot.Sharpness:0.0}, {MinSharpness:0.0} needed",
        var other => throw new InvalidOperationException($"no words for {other}"),
    };
}
