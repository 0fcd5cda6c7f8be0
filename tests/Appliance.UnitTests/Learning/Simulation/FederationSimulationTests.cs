using Appliance.Learning.Simulation;

namespace Appliance.UnitTests.Learning.Simulation;

public class FederationSimulationTests
{
    [Fact]
    public void Run_UnlikeBoxes_FederatedBeatsAloneWhereLabelsAreFew()
    {
        var report = new FederationSimulation(new() { Clients = 30, Rounds = 20, Seed = 4 }).Run(default);
        var arms = report.Arms.ToDictionary(arm => arm.Name);

        Assert.True(arms["federated"].PerBoxFew < arms["each box alone"].PerBoxFew);
        Assert.True(arms["federated"].Pooled < arms["before: similarity alone"].Pooled);
        Assert.True(arms["federated, drop-outs"].PerBoxFew < arms["before: similarity alone"].PerBoxFew);
        Assert.InRange(arms["federated, DP"].Epsilon!.Value, 1, 20);
        Assert.InRange(report.BytesUp, 500, 5_000);
    }
}
