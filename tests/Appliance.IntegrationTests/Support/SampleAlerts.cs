using Appliance.Core;
using Appliance.Core.Alerts;
using Appliance.Core.Detection;
using Appliance.Core.Recognition;

namespace Appliance.IntegrationTests.Support;

/// <summary>Alerts for tests.</summary>
internal static class SampleAlerts
{
    public static readonly Guid BootId = Guid.Parse("6f0d7a8e-2d0c-4a53-9a93-6d7c1c0f8b11");

    public static Alert Make(long seq, string camera = "gate", string kind = AlertKinds.Watchlist) => new()
    {
        Id = new(Ulid.New(DateTimeOffset.UnixEpoch.AddSeconds(1_753_000_000 + seq))),
        Seq = seq,
        BootId = BootId,
        Kind = kind,
        Severity = Severity.Critical,
        Camera = new(camera),
        Utc = DateTimeOffset.UnixEpoch.AddSeconds(1_753_000_000 + seq),
        ClockSynced = true,
        TrackId = 17,
        Box = new Box(612.53f, 201.04f, 88.2f, 110.4f),
        FrameWidth = 1280,
        FrameHeight = 720,
        DetectionScore = 0.93124f,
        Match = kind == AlertKinds.Watchlist
            ? new(new("01JZZ0A1B2C3D4E5F6G7H8J9KM"), "Żaneta \"Öz\" 例", "banned", 0.74213f, 0.41f, 0.52f, 4)
            : null,
        Detail = kind == AlertKinds.Tamper ? "lens covered" : "",
        Zone = kind == AlertKinds.Intrusion ? "yard" : "",
        Rule = kind == AlertKinds.Intrusion ? "yard-at-night" : "",
        RefersTo = kind == AlertKinds.Escalation ? "01K0V7Q3M4X8Y2Z5A6B7C8D9EF" : "",
        Models = ["yunet_s_dynamic", "face-reidentification-retail-0095"],
    };

    public static IEnumerable<Alert> Range(long first, int count) => Enumerable.Range(0, count).Select(i => Make(first + i));
}
