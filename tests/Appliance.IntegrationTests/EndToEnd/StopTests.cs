using System.Text.Json.Nodes;
using Appliance.Capture.Serving;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.EndToEnd;

/// <summary>SIGTERM: the box leaves in order.</summary>
[Collection(EndToEndCollection.Name)]
[Trait("needs", "mosquitto")]
public sealed class StopTests(FaceVideo video)
{
    private const string Siren = BoxConfiguration.Topics + "/output/siren/state";
    private const string Available = BoxConfiguration.Topics + "/available";

    [MosquittoFact]
    public async Task Run_Sigterm_SaysOfflineSwitchesOffAndKeepsEveryAlert()
    {
        using var cameras = RtspServer.Start();
        await using var broker = await AlertInbox.StartBroker();
        using var inbox = await AlertInbox.Open(broker);
        var configuration = BoxConfiguration.Of(broker, ("gate", cameras.Mount("/gate", video.Path).Url));
        configuration["Outputs"] = new JsonObject
        {
            ["Driver"] = "Simulated",
            ["Lines"] = new JsonArray(new JsonObject { ["Id"] = "siren", ["Line"] = 0, ["MaximumOnTime"] = "00:00:00" }),
        };
        configuration["Alerts"]!["Rules"] = new JsonArray(new JsonObject
        {
            ["Category"] = "unknown_face",
            ["Outputs"] = new JsonArray("siren"),
            ["Pulse"] = "00:10:00",
        });
        await using var box = new Box(configuration);
        await box.Start();
        await inbox.Until("alerts and the siren", () => inbox.Alerts.Count >= 3 && IsOn());

        var code = await box.Process.Stop();
        var stored = box.Process.StoredAlerts().ToDictionary(alert => alert.Seq, alert => alert.Id);
        await inbox.Until("offline and off", () => inbox.States[Available] == "offline" && !IsOn());
        Assert.Equal(0, code);
        Assert.Contains($"{stored.Count} alerts stored, 0 left waiting", box.Process.Log, StringComparison.Ordinal);

        // What the broker did not get before the stop is said at the next start, though no camera runs any more.
        configuration["Cameras"] = new JsonArray();
        await box.Start();
        await inbox.Until("all alerts and online", () => inbox.Alerts.Count >= stored.Count && inbox.States[Available] == "online");

        Assert.Equal(stored, inbox.Ids);

        bool IsOn() => inbox.States.TryGetValue(Siren, out var state) && (string)JsonNode.Parse(state)!["state"]! == "ON";
    }
}
