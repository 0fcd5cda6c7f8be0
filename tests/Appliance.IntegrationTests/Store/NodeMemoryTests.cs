using Appliance.Core.Alerts;

namespace Appliance.IntegrationTests.Store;

public sealed class NodeMemoryTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task NextBirthDeath_OverRestarts_CountsOnAndWraps()
    {
        var numbers = new List<int>();
        for (var run = 0; run < 2; run++)
        {
            await using var store = await _folder.Open();
            for (var i = 0; i < 130; i++)
                numbers.Add(await store.NodeMemory.NextBirthDeath(default));
        }

        Assert.Equal(Enumerable.Range(0, 260).Select(i => i % 256), numbers);
    }

    [Fact]
    public async Task Save_SomeCameras_OthersStayAsTheyWere()
    {
        AlertTally[] first = [new("gate", 3, 17, "01A", "watchlist", 0.75), new("yard", 1, 4, "01B", "tamper", 0)];
        await using (var store = await _folder.Open())
            await store.NodeMemory.Save(first, default);
        await using var reopened = await _folder.Open();

        await reopened.NodeMemory.Save([first[0] with { Count = 4, LastSeq = 18 }], default);

        Assert.Equal([first[0] with { Count = 4, LastSeq = 18 }, first[1]], await reopened.NodeMemory.Tallies(default));
    }
}
