using Appliance.Core.Alerts;
using Appliance.Core.Recognition;
using Appliance.Core.Tracking;

namespace Appliance.Core.Learning;

/// <summary>
/// What is known about an alert when it is raised, as the twelve numbers that the head <c>calib</c> learns from; none of them tells who
/// was seen. The order is a contract with every federation server.
/// </summary>
public static class AlertFeatures
{
    public const int Count = 12;

    public static readonly IReadOnlyList<string> Names =
    [
        "similarity", "margin", "over-threshold", "log-face-height", "detector-score", "log-sharpness", "abs-yaw", "abs-pitch",
        "luma-mean", "luma-deviation", "log-track-length", "liveness",
    ];

    /// <param name="alert">With its match; one without has nothing to be learnt from.</param>
    /// <param name="track">Whose face it is.</param>
    /// <param name="shot">The face in the frame that decided.</param>
    /// <param name="liveness">0 (a picture) to 1 (alive); 1 where nothing measures it.</param>
    /// <returns>Twelve finite numbers; null when there is no match.</returns>
    public static float[]? Of(Alert alert, Track track, in ShotQuality shot, float liveness = 1)
    {
        if (alert.Match is not { } match || alert.Box is not { } box)
            return null;

        float[] features =
        [
            match.Similarity,
            Math.Min(match.Margin, 1),
            match.Similarity - match.Threshold,
            MathF.Log(Math.Max(1, box.Height)),
            alert.DetectionScore,
            MathF.Log(1 + Math.Max(0, shot.Sharpness)),
            Math.Abs(shot.Yaw),
            Math.Abs(shot.Pitch),
            shot.Brightness,
            shot.Contrast,
            MathF.Log(1 + track.Hits),
            liveness,
        ];
        return Array.TrueForAll(features, float.IsFinite) ? features : null;
    }
}
