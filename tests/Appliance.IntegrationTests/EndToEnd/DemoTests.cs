using System.Text.Json.Nodes;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.EndToEnd;

/// <summary>The main job as a whole, as <c>make demo</c> shows it.</summary>
[Collection(EndToEndCollection.Name)]
[Trait("needs", "mosquitto")]
public sealed class DemoTests
{
    // It may have to render its scene first, and then watches for half a minute.
    private static readonly TimeSpan s_patience = 3 * Patience.Long;

    [MosquittoFact]
    public async Task Demo_AsAProcess_NamesThePersonOnBothCamerasAndNobodyElse()
    {
        var (code, output, error) = await DaemonProgram.Run(s_patience, "demo", "--json");

        Assert.True(code == 0, $"exit code {code}\n{output}\n{error}");
        var verdict = JsonNode.Parse(output)!;
        Assert.True((bool)verdict["passed"]!);
        var named = verdict["alerts"]!.AsArray()
            .Select(alert => (Topic: (string)alert!["topic"]!, Name: (string?)alert["body"]!["match"]?["name"])).ToList();
        Assert.Equal(["ea/demo/cam/gate/alert", "ea/demo/cam/lobby/alert"], named.Select(alert => alert.Topic).Distinct().Order());
        Assert.Single(named.Select(alert => alert.Name).Distinct());
        Assert.NotNull(named[0].Name);
    }
}
