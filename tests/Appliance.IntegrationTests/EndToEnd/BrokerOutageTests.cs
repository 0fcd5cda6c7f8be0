using Appliance.Capture.Serving;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.EndToEnd;

/// <summary>The broker dies while alerts are raised.</summary>
[Collection(EndToEndCollection.Name)]
[Trait("needs", "mosquitto")]
public sealed class BrokerOutageTests(FaceVideo video)
{
    [MosquittoFact]
    public async Task Run_BrokerKilledUnderAlerts_EveryAlertArrivesWhenItIsBack()
    {
        using var cameras = RtspServer.Start();
        await using var broker = await AlertInbox.StartBroker();
        using var inbox = await AlertInbox.Open(broker);
        await using var box = new Box(BoxConfiguration.Of(broker, ("gate", cameras.Mount("/gate", video.Path).Url)));
        await box.Start();
        await inbox.Until("the first alerts and good health", () => inbox.Alerts.Count >= 3
            && inbox.States.GetValueOrDefault(BoxConfiguration.Topics + "/health", "").Contains("\"status\":\"ok\"", StringComparison.Ordinal));

        await broker.Kill();
        await inbox.TakeRest();
        var waiting = await Patience.Until(
            "alerts that wait for the broker",
            async () => await box.Get("/api/v1/system") is var system && (long)system["outboxDepth"]! >= 5
                && (string)system["broker"]!["state"]! != "connected" ? system : null);
        var (status, health) = await box.Look("/health/ready");
        await broker.Start();
        await inbox.Connect();
        var known = inbox.Alerts.Count;
        await inbox.Until("alerts that are raised afterwards", () => inbox.Alerts.Count >= known + (long)waiting["outboxDepth"]! + 3);
        await box.Settle("gate");
        var raised = await box.Alerts();
        await inbox.Until("every alert raised", () => inbox.Alerts.Count >= raised.Count);

        Assert.Equal("unreachable", (string)waiting["broker"]!["state"]!);
        // Without a broker people are still recognised and the outputs switched.
        Assert.Equal(200, status);
        Assert.Contains(health["faults"]!.AsArray(), fault => (string)fault!["component"]! == "broker");
        Assert.Equal(Enumerable.Range(1, raised.Count).Select(seq => (long)seq), raised.Keys);
        Assert.Equal(raised, inbox.Ids);
    }
}
