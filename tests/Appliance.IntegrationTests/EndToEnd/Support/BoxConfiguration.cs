using System.Text.Json.Nodes;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.EndToEnd.Support;

/// <summary>An <c>appliance.json</c> for little CPU, under which alerts stream: each appearance of a face is a track of its own.</summary>
internal static class BoxConfiguration
{
    public const string Serial = "e2e";

    /// <summary>First part of the topics.</summary>
    public const string Topics = "ea/" + Serial;

    /// <param name="broker">Null: no MQTT.</param>
    /// <param name="cameras">Id and source of each.</param>
    public static JsonObject Of(MosquittoBroker? broker, params (string Id, string Source)[] cameras) => new()
    {
        ["Appliance"] = new JsonObject { ["Name"] = "End to end", ["Serial"] = Serial },
        ["Cameras"] = new JsonArray([.. cameras.Select(camera => new JsonObject
        {
            ["Id"] = camera.Id,
            ["Source"] = camera.Source,
            ["FramesPerSecond"] = FaceVideo.FramesPerSecond,
            ["PreRollSeconds"] = 0,
        })]),
        ["Inference"] = new JsonObject { ["DetectorSize"] = 320, ["Providers"] = new JsonArray("cpu") },
        ["Tracking"] = new JsonObject { ["ConfirmAfter"] = 1, ["LostFor"] = "00:00:00.1" },
        ["Recognition"] = new JsonObject { ["MinShots"] = 1, ["UnknownAfterShots"] = 1, ["ShotSpacing"] = "00:00:00" },
        ["Alerts"] = new JsonObject { ["Cooldown"] = "00:00:00", ["UnknownFaces"] = true, ["UnknownAfter"] = "00:00:00" },
        ["Mqtt"] = broker is null
            ? new JsonObject { ["Enabled"] = false }
            : new JsonObject
            {
                ["Host"] = broker.Host,
                ["Port"] = broker.Port,
                ["ReconnectFirst"] = "00:00:00.2",
                ["ReconnectLongest"] = "00:00:01",
            },
        // Costs CPU per alert; EvidenceTests switch it on.
        ["Evidence"] = new JsonObject { ["Enabled"] = false },
        // What this machine's kernel thinks of its clock is not under test.
        ["Platform"] = new JsonObject { ["ClockMustBeSynced"] = false },
        ["Api"] = new JsonObject { ["Listen"] = new JsonArray("http://127.0.0.1:0"), ["RequestsPerMinute"] = 100_000 },
    };
}
