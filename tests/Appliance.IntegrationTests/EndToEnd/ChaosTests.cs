using System.Text.Json.Nodes;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.EndToEnd;

/// <summary>A short kill campaign; <c>make chaos KILLS=1000</c> is the long one.</summary>
[Trait("needs", "mosquitto")]
public sealed class ChaosTests
{
    [MosquittoFact]
    public async Task Chaos_BoxBrokerAndConsumerKilled_NothingLostNothingDoubled()
    {
        var (code, output, error) = await DaemonProgram.Run(
            3 * Patience.Long, "chaos", "--kills", "20", "--seed", "7", "--rate", "60", "--json");

        Assert.True(code == 0, output + error);
        var result = JsonNode.Parse(output)!;
        Assert.Empty(result["faults"]!.AsArray());
        Assert.Equal((int)result["stored"]!, (int)result["consumed"]!);
        Assert.True((int)result["stored"]! >= 20, output);
        Assert.Equal(20, result["kills"]!.AsObject().Sum(kill => (int)kill.Value!));
    }
}
