using System.Text.Json.Nodes;
using Appliance.Core.Alerts;
using Appliance.Core.Detection;
using Appliance.Core.Outputs;
using Appliance.Delivery.Mqtt;
using Appliance.Delivery.Mqtt.Onvif;

namespace Appliance.UnitTests.Delivery.Mqtt;

public sealed class OnvifDialectTests
{
    private static readonly DateTimeOffset s_now = new(2026, 7, 23, 10, 12, 24, 321, TimeSpan.Zero);
    private readonly MqttBatch _batch = new();

    [Fact]
    public void Write_WatchlistAlert_IsRecognitionFace()
    {
        var message = Say(Alert(AlertKinds.Watchlist), new() { Blacklisted = ["banned"] });
        var json = Json(message);

        Assert.Equal("ea/7F3A/onvif-ej/RuleEngine/Recognition/Face/&gate/Watchlist", message.Topic);
        Assert.False(message.Retain);
        Assert.Equal("2026-07-23T10:12:24.321Z", (string)json["UtcTime"]!);
        Assert.Equal("""{"VideoSource":"gate","Rule":"Watchlist"}""", json["Source"]!.ToJsonString());
        Assert.Equal(0.7421, (double)json["Data"]!["Likelihood"]!);
        Assert.Equal("p1", (string)json["Data"]!["EnrollmentID"]!);
        Assert.Equal("Blacklisted", (string)json["Data"]!["Label"]!);
        Assert.Equal(7, (long)json["Data"]!["wp:Seq"]!);
        Assert.Equal("urn:watchpost:onvif", (string)json["@context"]!["wp"]!);
        Assert.Null(json["PropertyOperation"]);
    }

    [Fact]
    public void Write_Box_IsInScreenCoordinatesUpwardsAndCut() => Assert.Equal(
        """{"@left":-0.5,"@top":1,"@right":0.5,"@bottom":0}""",
        Json(Say(Alert(AlertKinds.Watchlist) with { Box = new Box(25, -10, 50, 60) }, new()))["Data"]!["BoundingBox"]!["Rectangle"]!
            .ToJsonString());

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Write_Name_OnlyWhereAllowed(bool allowed)
    {
        var message = Say(Alert(AlertKinds.Watchlist), new() { IncludeNames = allowed });

        Assert.Equal(allowed ? "Jane" : null, (string?)Json(message)["Data"]!["wp:Name"]);
        Assert.Equal(allowed, message.Payload.WrittenSpan.IndexOf("Jane"u8) >= 0);
    }

    [Theory]
    [InlineData("banned", null)]
    [InlineData("staff", "Whitelisted")]
    public void Write_Category_IsLabelledAsConfigured(string category, string? label)
    {
        var alert = Alert(AlertKinds.Watchlist);
        alert = alert with { Match = alert.Match! with { Category = category } };

        Assert.Equal(label, (string?)Json(Say(alert, new() { Whitelisted = ["staff"] }))["Data"]!["Label"]);
    }

    [Theory]
    [InlineData(AlertKinds.UnknownFace, "RuleEngine/ObjectDetection/Object/&gate/UnknownFace")]
    [InlineData(AlertKinds.Spoof, "RuleEngine/wp:Spoof/&gate/Spoof")]
    [InlineData(AlertKinds.Tamper, "RuleEngine/wp:Tamper/&gate/Tamper")]
    public void Write_OtherKinds_GoToTheirTopics(string kind, string topic) =>
        Assert.Equal("ea/7F3A/onvif-ej/" + topic, Say(Alert(kind), new()).Topic);

    [Theory]
    [InlineData(CameraReportState.Offline, true)]
    [InlineData(CameraReportState.Online, false)]
    [InlineData(CameraReportState.Disabled, false)]
    public void Write_CameraReport_IsRetainedSignalLoss(CameraReportState state, bool lost)
    {
        new OnvifDialect("ea/7F3A", new(), TimeProvider.System).Write(new CameraReport(new("gate"), state, "", s_now, 9.9, 0), _batch);

        Assert.Equal("ea/7F3A/onvif-ej/VideoSource/SignalLoss/&gate/SignalLoss", _batch[0].Topic);
        Assert.True(_batch[0].Retain);
        Assert.Equal(lost, (bool)Json(_batch[0])["Data"]!["State"]!);
    }

    [Fact]
    public void Write_CameraRemoved_ClearsWhatIsRetained()
    {
        new OnvifDialect("ea/7F3A", new(), TimeProvider.System).WriteRemoved(new Appliance.Core.Cameras.CameraId("gate"), _batch);

        Assert.Equal("ea/7F3A/onvif-ej/VideoSource/SignalLoss/&gate/SignalLoss", _batch[0].Topic);
        Assert.Equal(0, _batch[0].Payload.WrittenCount);
        Assert.True(_batch[0].Retain);
    }

    [Fact]
    public void Write_Output_IsRetainedRelay()
    {
        new OnvifDialect("ea/7F3A", new(), TimeProvider.System).Write(new OutputState(new("siren"), true, s_now, null, "alert"), _batch);

        Assert.Equal("ea/7F3A/onvif-ej/Device/Trigger/Relay/&siren", _batch[0].Topic);
        Assert.True(_batch[0].Retain);
        Assert.Equal(
            """{"UtcTime":"2026-07-23T10:12:24.321Z","Source":{"RelayToken":"siren"},"Data":{"LogicalState":"active"}}""",
            Json(_batch[0]).ToJsonString());
    }

    [Fact]
    public void Destinations_DialectsSwitchedOn_HaveAnOutboxEach()
    {
        Assert.Equal(["mqtt.native"], MqttDelivery.Destinations(new()));
        Assert.Equal(
            ["mqtt.native", "mqtt.onvif"], MqttDelivery.Destinations(new() { Dialects = new() { Onvif = new() { Enabled = true } } }));
        Assert.Empty(MqttDelivery.Destinations(new() { Enabled = false, Dialects = new() { Onvif = new() { Enabled = true } } }));
    }

    private static JsonNode Json(MqttMessage message) => JsonNode.Parse(message.Payload.WrittenSpan)!;

    private static Alert Alert(string kind) => new()
    {
        Id = new("01K0V7Q3M4X8Y2Z5A6B7C8D9EF"),
        Seq = 7,
        BootId = Guid.Empty,
        Kind = kind,
        Severity = Severity.Critical,
        Camera = new("gate"),
        Utc = s_now,
        TrackId = 17,
        Box = new Box(0, 0, 100, 100),
        FrameWidth = 100,
        FrameHeight = 100,
        Match = kind == AlertKinds.Watchlist ? new(new("p1"), "Jane", "banned", 0.74213f, 0.4f, 0.5f, 4) : null,
    };

    private MqttMessage Say(Alert alert, OnvifDialectOptions options)
    {
        new OnvifDialect("ea/7F3A", options, TimeProvider.System).Write(alert, _batch);
        Assert.Equal(1, _batch.Count);
        return _batch[0];
    }
}
