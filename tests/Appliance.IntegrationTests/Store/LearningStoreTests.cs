using System.Runtime.InteropServices;
using Appliance.Core.Learning;
using Appliance.Store.Alerts;

namespace Appliance.IntegrationTests.Store;

public sealed class LearningStoreTests : IDisposable
{
    private static readonly float[] s_features = [.. Enumerable.Range(1, 12).Select(i => i * 1.2345f)];
    private readonly StoreFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Labelled_JudgedAlertsOnly_WithTheirFeaturesSealedOnDisk()
    {
        await using var store = await _folder.Open();
        var alerts = new List<Appliance.Core.Alerts.Alert>();
        for (var i = 0; i < 3; i++)
        {
            alerts.Add(await store.Alerts.Append(StoreFolder.Alert(name: "Jane Exampleton"), default));
            await store.Learning.Keep(alerts[i].Id, s_features);
        }

        await store.Alerts.Review(alerts[0].Id, null, ReviewAction.Confirm, "", StoreFolder.Someone);
        await store.Alerts.Review(alerts[1].Id, null, ReviewAction.Reject, "", StoreFolder.Someone);
        var samples = await store.Learning.Labelled(10, default);

        Assert.Equal([(alerts[1].Id, false), (alerts[0].Id, true)], samples.Select(sample => (sample.Alert, sample.IsConfirmed)));
        Assert.All(samples, sample => Assert.Equal(s_features, sample.Features));
        Assert.False(_folder.Holds(MemoryMarshal.AsBytes(s_features.AsSpan())));
    }

    [Fact]
    public async Task Keep_AlertThatIsNotThere_IsNothing()
    {
        await using var store = await _folder.Open();

        await store.Learning.Keep(new("01NOBODY"), s_features);

        Assert.Empty(await store.Learning.Labelled(10, default));
    }

    [Fact]
    public async Task Models_RoundsAndNumbers_OutliveARestartAndAKeyRotation()
    {
        var model = new LearnedModel
        {
            Id = "01MODEL",
            Head = "calib",
            Hash = "ab",
            Origin = "local",
            CreatedAt = DateTimeOffset.UnixEpoch,
            Since = DateTimeOffset.UnixEpoch,
            State = ModelState.Shadow,
            Parameters = s_features,
            Metrics = new Dictionary<string, double> { ["holdout_loss"] = 0.25 },
        };
        await using (var store = await _folder.Open())
        {
            await store.Learning.Put(model, default);
            await store.Learning.Put(model with { State = ModelState.Live }, default);
            await store.Learning.Add(
                new() { At = DateTimeOffset.UnixEpoch, Run = "18446744073709551615", Round = 3, Kind = "train", Head = "calib", Examples = 9, Outcome = "done" },
                default);
            await store.Learning.SetNumber("privacy.rho", 0.5, default);
            await store.Learning.SetNumber("privacy.rho", 0.75, default);
        }

        await using var again = await _folder.Open();

        var read = Assert.Single(await again.Learning.Models("calib", 10, default));
        Assert.Equal((ModelState.Live, 0.25), (read.State, read.Metrics["holdout_loss"]));
        Assert.Equal(s_features, read.Parameters);
        Assert.Empty(await again.Learning.Models("liveness", 10, default));
        Assert.Equal("18446744073709551615", Assert.Single(await again.Learning.Rounds(10, default)).Run);
        Assert.Equal((0.75, 0), (await again.Learning.Number("privacy.rho", default), await again.Learning.Number("other", default)));
    }
}
