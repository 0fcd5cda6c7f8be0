namespace Appliance.Daemon.Host.Configuration;

/// <summary>
/// A complete <c>appliance.json</c>: every option with its summary as a comment and its default as the value. Written from the code, so
/// that it cannot lie; <c>docs/appliance.json</c> is its output.
/// </summary>
internal static class ConfigReference
{
    // Lists are shown with one entry, which needs names to be valid.
    private static readonly Dictionary<string, string> s_examples = new()
    {
        ["CameraOptions.Id"] = "\"gate\"",
        ["CameraOptions.Name"] = "\"Main gate\"",
        ["CameraOptions.Source"] = "\"rtsp://192.0.2.10/stream1\"",
        ["CategoryRule.Category"] = "\"banned\"",
        ["CategoryRule.Outputs"] = "[\"siren\"]",
        ["EvidenceRetention.Category"] = "\"banned\"",
        ["OutputOptions.Id"] = "\"siren\"",
        ["SceneOptions.Camera"] = "\"gate\"",
        ["ZoneOptions.Id"] = "\"yard\"",
        ["ZoneOptions.Polygon"] = "[[0.1, 0.4], [0.9, 0.4], [0.9, 1], [0.1, 1]]",
        ["LineOptions.Id"] = "\"doorstep\"",
        ["LineOptions.From"] = "[0.2, 0.8]",
        ["LineOptions.To"] = "[0.8, 0.8]",
        ["ScheduleOptions.Id"] = "\"night\"",
        ["RuleOptions.Id"] = "\"yard-at-night\"",
        ["InputOptions.Id"] = "\"door\"",
        ["OutputGroup.Id"] = "\"alarm\"",
        ["OutputGroup.Outputs"] = "[\"siren\"]",
        ["WordOptions.Word"] = "\"critical\"",
        ["WordOptions.Text"] = "\"urgent\"",
        ["WebhookOptions.Name"] = "\"desk\"",
        ["WebhookOptions.Url"] = "\"https://desk.example/hooks/watchpost\"",
        ["WebhookOptions.SecretFile"] = "\"/etc/watchpost/desk.secret\"",
        ["EmailOptions.Name"] = "\"mail\"",
        ["EmailOptions.Host"] = "\"smtp.example\"",
        ["EmailOptions.Sender"] = "\"box@example.org\"",
        ["EmailOptions.Receivers"] = "[\"guard@example.org\"]",
        ["SmsOptions.Name"] = "\"guard\"",
        ["SmsOptions.Numbers"] = "[\"+41790000000\"]",
    };

    public static string Write() => OptionsReference.Write(
        new ApplianceOptions(),
        "// All options of Watchpost with their defaults; made by 'watchpost config reference'.",
        s_examples);
}
