using System.Globalization;
using Appliance.Store.Alerts;

namespace Appliance.IntegrationTests.Store;

/// <summary>The process dies at any moment (SIGKILL); what it had acknowledged is there.</summary>
public sealed class CrashTests : IDisposable
{
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Append_KilledAgainAndAgain_LosesNothingAcknowledgedAndLeavesNoGap()
    {
        var acknowledged = new Dictionary<string, long>();
        for (var round = 0; round < 6; round++)
        {
            using var process = WriterProcess.Start("append", _folder.Path);
            foreach (var line in await process.KillAfter(Random.Shared.Next(1, 300)))
            {
                if (line.Split(' ') is [var seq, { Length: 26 } id])
                    acknowledged.Add(id, long.Parse(seq, CultureInfo.InvariantCulture));
            }

            await using var store = await _folder.Open();
            var stored = await All(store.Alerts);
            Assert.Equal(Enumerable.Range(1, stored.Count).Select(n => (long)n), stored.Select(alert => alert.Seq));
            Assert.Equal(stored.Count, store.Alerts.LastSeq);
            Assert.All(acknowledged, pair => Assert.Equal(pair.Key, stored[(int)pair.Value - 1].Id));
            Assert.Equal(stored.Count, store.Outbox("mqtt.native").Depth);
            Assert.Empty(store.Health().SetAside);
        }

        Assert.True(acknowledged.Count >= 6);
    }

    [Fact]
    public async Task RotateKey_KilledAgainAndAgain_EveryRecordOpensAndOneKeyIsLeft()
    {
        await using (var store = await _folder.Open())
        {
            await Task.WhenAll(Enumerable.Range(0, 400).Select(_ => store.Alerts.Append(StoreFolder.Alert(name: "Jane"), default).AsTask()));
            await store.Watchlist.Add(StoreFolder.Entry("Jane"), [StoreFolder.Photo()], StoreFolder.Someone);
            await store.Settings.Put("a", "{}", null, StoreFolder.Someone);
        }

        for (var round = 0; round < 6; round++)
        {
            using var process = WriterProcess.Start("rotate", _folder.Path);
            await process.KillAfter(Random.Shared.Next(1, 4), TimeSpan.FromMilliseconds(Random.Shared.Next(60)));
        }

        await using var survivor = await _folder.Open();
        await survivor.RotateKey(StoreFolder.Someone);

        Assert.All(await All(survivor.Alerts), alert => Assert.Equal("Jane", alert.Name));
        var person = Assert.Single(survivor.Watchlist.List(new(), null, 10).Items);
        Assert.Single(await survivor.Watchlist.Templates(person.Id, "net-a"));
        Assert.Equal("{}", (await survivor.Settings.Get("a"))!.Json);
        Assert.Single(Directory.EnumerateFiles(Path.Combine(_folder.Path, "keys"), "*.key"));
    }

    private static async Task<List<(long Seq, string Id, string? Name)>> All(AlertLog alerts)
    {
        var page = await alerts.List(new(), null, 100_000);
        return [.. page.Items.Select(alert => (alert.Alert.Seq, alert.Alert.Id.Value, alert.Alert.Match?.Name)).Reverse()];
    }
}
