using System.Text.Json;
using Appliance.Core.Alerts;
using Appliance.Store;

namespace Appliance.UnitTests.Store;

public class AlertBodyTests
{
    [Fact]
    public void Deserialize_BodyOfTheFirstVersion_HasNoZoneNoRuleAndNobodyToNotify()
    {
        const string Body = """
            {"id":{"value":"01K0V7Q3M4X8Y2Z5A6B7C8D9EF"},"seq":7,"bootId":"6f0d7a8e-2d0c-4a53-9a93-6d7c1c0f8b11","kind":"tamper",
             "severity":"Warning","camera":{"value":"gate"},"utc":"2026-07-23T10:12:24.321+00:00","mediaTime":"00:00:01","trackId":0,
             "frameWidth":0,"frameHeight":0,"detectionScore":0,"detail":"covered","models":[]}
            """;

        var alert = JsonSerializer.Deserialize(Body, StoreJson.Default.Alert)!;

        Assert.Equal((7L, "covered", "", "", ""), (alert.Seq, alert.Detail, alert.Zone, alert.Rule, alert.RefersTo));
        Assert.Empty(alert.Notify);
    }

    [Fact]
    public void Serialize_RoundTrip_KeepsWhatTheRuleSaid()
    {
        var alert = new Alert
        {
            Id = new("01K0V7Q3M4X8Y2Z5A6B7C8D9EF"),
            BootId = Guid.Empty,
            Kind = AlertKinds.Intrusion,
            Severity = Severity.Critical,
            Camera = new("gate"),
            Utc = DateTimeOffset.UnixEpoch,
            Zone = "yard",
            Rule = "night",
            RefersTo = "01K0V7Q3M4X8Y2Z5A6B7C8D9EG",
            Notify = ["guard"],
            KeepEvidence = false,
        };

        var read = JsonSerializer.Deserialize(JsonSerializer.Serialize(alert, StoreJson.Default.Alert), StoreJson.Default.Alert)!;

        Assert.Equal((alert.Zone, alert.Rule, alert.RefersTo, false), (read.Zone, read.Rule, read.RefersTo, read.KeepEvidence));
        Assert.Equal(alert.Notify, read.Notify);
    }
}
