using Appliance.Core.Alerts;
using Appliance.Core.Evidence.Manifests;

namespace Appliance.Daemon.Evidence.Recording;

/// <summary>Puts a manifest together from the alert as it was stored.</summary>
internal static class ManifestWriter
{
    public static AlertStatement Describe(Alert alert) => new(
        alert.Id.Value, alert.Seq, alert.Kind, alert.Severity.ToString().ToLowerInvariant(), ManifestJson.Time(alert.Utc), alert.Zone,
        alert.Rule, alert.Detail, alert.TrackId,
        alert.Box is { } box
            ? new(Pixels(box.X), Pixels(box.Y), Pixels(box.Width), Pixels(box.Height))
            : null,
        alert.FrameWidth, alert.FrameHeight, ManifestJson.Figure(alert.DetectionScore), Math.Round(alert.MediaTime.TotalSeconds, 3),
        alert.Match is { } match
            ? new(
                match.Person.Value, match.Category, ManifestJson.Figure(match.Similarity), ManifestJson.Figure(match.Margin),
                ManifestJson.Figure(match.Threshold), match.Shots)
            : null);

    /// <summary>The models that took part; all in use where the alert does not name any.</summary>
    public static IReadOnlyList<ModelStatement> Models(Alert alert, IReadOnlyList<ModelStatement> inUse) =>
        alert.Models.Count == 0 ? inUse : [.. alert.Models.Select(name => inUse.FirstOrDefault(model => model.Name == name) ?? new(name, "", ""))];

    private static double Pixels(float value) => Math.Round(value, 1);
}
