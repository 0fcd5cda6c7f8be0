using Appliance.Learning.Flower;
using Appliance.Learning.SecureAggregation;
using Google.Protobuf;
using Wire = Appliance.Learning.Flower.Wire;

namespace Appliance.UnitTests.Learning.SecureAggregation;

public class SecAggClientTests
{
    private static readonly ulong[] s_nodes = [ulong.MaxValue - 3, 17, 5];

    [Fact]
    public async Task Handle_WholeRound_UnmasksToTheWeightedSum()
    {
        var fleet = await SecAggFleet.Start(s_nodes, threshold: 2);
        var values = new Dictionary<ulong, float[]> { [s_nodes[0]] = [1, -2], [17] = [3, 4], [5] = [-7.5f, 0.25f] };

        await fleet.ShareKeys();
        await fleet.Collect(values, examples: 100);
        var (weight, mean) = await fleet.Unmask(dead: []);

        Assert.Equal(0.3, weight, tolerance: 1e-6);
        Assert.Equal([(1 + 3 - 7.5) / 3, (-2 + 4 + 0.25) / 3], mean, (a, b) => Math.Abs(a - b) < 1e-3);
    }

    [Fact]
    public async Task Handle_OneDropsOutAfterSharing_TheRestStillUnmasks()
    {
        var fleet = await SecAggFleet.Start(s_nodes, threshold: 2);
        await fleet.ShareKeys();
        await fleet.Collect(new() { [s_nodes[0]] = [2, 2], [5] = [4, 6] }, examples: 10);

        var (_, mean) = await fleet.Unmask(dead: [17]);

        Assert.Equal([3, 4], mean, (a, b) => Math.Abs(a - b) < 1e-2);
    }

    [Theory]
    [InlineData("overlap")]
    [InlineData("unknown")]
    [InlineData("self-dead")]
    [InlineData("few")]
    [InlineData("twice")]
    public async Task Unmask_AgainstTheRules_IsRefusedAndNothingIsLeft(string trick)
    {
        var fleet = await SecAggFleet.Start(s_nodes, threshold: 2);
        await fleet.ShareKeys();
        await fleet.Collect(s_nodes.ToDictionary(id => id, _ => (float[])[1, 1]), examples: 10);
        (ulong[] Active, ulong[] Dead) asked = trick switch
        {
            "overlap" => (s_nodes, [17]),
            "unknown" => ([5, 17, 99], []),
            "self-dead" => ([s_nodes[0], 17], [5]),
            "few" => ([5], [17, s_nodes[0]]),
            _ => ([5, 17, 17], []),
        };

        await Assert.ThrowsAsync<PayloadException>(() => fleet.AskUnmask(5, asked.Active, asked.Dead));
        await Assert.ThrowsAsync<PayloadException>(() => fleet.AskUnmask(5, s_nodes, []));
    }

    [Fact]
    public async Task Unmask_Twice_IsRefused()
    {
        var fleet = await SecAggFleet.Start(s_nodes, threshold: 2);
        await fleet.ShareKeys();
        await fleet.Collect(s_nodes.ToDictionary(id => id, _ => (float[])[1, 1]), examples: 10);

        await fleet.AskUnmask(5, s_nodes, []);

        await Assert.ThrowsAsync<PayloadException>(() => fleet.AskUnmask(5, [5, s_nodes[0]], [17]));
    }

    [Fact]
    public async Task Handle_StageOutOfOrder_IsRefusedButSetupMayRestart()
    {
        var fleet = await SecAggFleet.Start(s_nodes, threshold: 2);

        await Assert.ThrowsAsync<PayloadException>(() => fleet.AskUnmask(5, s_nodes, []));

        await fleet.Setup();
        await fleet.ShareKeys();
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(4, 2)]
    [InlineData(3, 4)]
    public async Task Setup_ThresholdWithoutMajority_IsRefused(int shares, int threshold)
    {
        var client = new SecAggClient(5);

        await Assert.ThrowsAsync<PayloadException>(
            () => client.Handle(SecAggFleet.SetupMessage(shares, threshold), _ => throw new InvalidOperationException()));
    }

    [Fact]
    public async Task ShareKeys_OwnKeyChangedOnTheWay_IsRefused()
    {
        var fleet = await SecAggFleet.Start(s_nodes, threshold: 2);
        using var strange = AgreementKey.Make();
        fleet.PublicKeys[5][0] = ByteString.CopyFrom(strange.PublicPem);

        await Assert.ThrowsAsync<PayloadException>(() => fleet.ShareKeysOf(5));
    }

    [Fact]
    public async Task Collect_MoreExamplesThanTheLargestWeight_IsRefused()
    {
        var fleet = await SecAggFleet.Start(s_nodes, threshold: 2);
        await fleet.ShareKeys();

        await Assert.ThrowsAsync<PayloadException>(
            () => fleet.Collect(s_nodes.ToDictionary(id => id, _ => (float[])[1, 1]), examples: 2000));
    }
}
