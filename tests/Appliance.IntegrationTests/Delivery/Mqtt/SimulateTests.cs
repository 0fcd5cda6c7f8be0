using System.Text.Json.Nodes;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Delivery.Mqtt;

/// <summary><c>watchpost simulate</c> against a real broker.</summary>
[Trait("needs", "mosquitto")]
public sealed class SimulateTests
{
    [MosquittoFact]
    public async Task Simulate_SmallFleet_EveryAlertArrivesOnceAndStateIsRetained()
    {
        await using var broker = await MosquittoBroker.Start();

        var (code, output, error) = await DaemonProgram.Run(
            TimeSpan.FromMinutes(2), "simulate", "--broker", $"{broker.Host}:{broker.Port}", "--boxes", "40", "--rate", "5", "--duration", "2",
            "--per-process", "20", "--sign", "--json");
        using var probe = await MqttProbe.Subscribe(broker, "ea/+/available");
        var states = new List<string>();
        while (states.Count < 40)
            states.Add(MqttProbe.Text(await probe.Next()));

        Assert.True(code == 0, output + error);
        var result = JsonNode.Parse(output)!;
        Assert.Equal((40, 0, 0), ((int)result["boxes"]!, (int)result["lost"]!, (int)result["doubled"]!));
        Assert.Equal((long)result["sent"]!, (long)result["delivered"]!);
        Assert.True((long)result["sent"]! > 0, output);
        Assert.All(states, state => Assert.Equal("online", state));
    }

    [MosquittoFact]
    public async Task Simulate_NobodyListens_SaysWhy()
    {
        var (code, output, error) = await DaemonProgram.Run(
            TimeSpan.FromMinutes(2), "simulate", "--broker", "127.0.0.1:1", "--boxes", "1", "--duration", "1");

        Assert.Equal(1, code);
        Assert.Contains("watchpost: ", error + output, StringComparison.Ordinal);
    }
}
