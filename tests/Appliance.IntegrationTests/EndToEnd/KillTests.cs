using Appliance.Capture.Serving;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.EndToEnd;

/// <summary>kill -9 of the daemon, again and again, while alerts stream.</summary>
[Collection(EndToEndCollection.Name)]
[Trait("needs", "mosquitto")]
public sealed class KillTests(FaceVideo video)
{
    private const int Rounds = 5;

    [MosquittoFact]
    public async Task Run_KilledInTheMiddleOfAlerts_NothingThatWasStoredIsLost()
    {
        using var cameras = RtspServer.Start();
        await using var broker = await AlertInbox.StartBroker();
        using var inbox = await AlertInbox.Open(broker);
        await using var box = new Box(BoxConfiguration.Of(
            broker, ("gate", cameras.Mount("/gate", video.Path).Url), ("yard", cameras.Mount("/yard", video.Path).Url)));
        var promised = new SortedDictionary<long, string>();
        await box.Start();

        for (var round = 1; round <= Rounds; round++)
        {
            // Each time at another point; in every other round the broker is away, so that nothing but the store has them.
            if (round % 2 == 0)
            {
                await broker.Kill();
                await inbox.TakeRest();
            }

            await box.Process.LoggedAlerts(round + 1);
            await box.Process.Kill();
            foreach (var (seq, id) in box.Process.StoredAlerts())
                promised.Add(seq, id);
            if (round % 2 == 0)
            {
                await broker.Start();
                await inbox.Connect();
            }

            if (round < Rounds)
                await box.Launch();
            else
                await box.Start();
        }

        await box.Process.LoggedAlerts(2);
        await box.Settle("gate", "yard");
        var stored = await box.Alerts();
        await inbox.Until("every alert stored", () => inbox.Alerts.Count >= stored.Count);

        Assert.Equal(Enumerable.Range(1, stored.Count).Select(seq => (long)seq), stored.Keys);
        Assert.All(promised, alert => Assert.Equal(alert.Value, stored[alert.Key]));
        Assert.Equal(stored, inbox.Ids);
        Assert.Equal(Rounds + 1, inbox.Alerts.Values.Select(alert => (string)alert["boot_id"]!).Distinct().Count());
    }
}
