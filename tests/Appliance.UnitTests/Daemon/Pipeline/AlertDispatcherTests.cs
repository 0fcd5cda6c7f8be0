using Appliance.Core.Alerts;
using Appliance.Core.Outputs;
using Appliance.Core.Recognition;
using Appliance.Core.Rules;
using Appliance.Daemon.Pipeline;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.UnitTests.Daemon.Pipeline;

public class AlertDispatcherTests
{
    private static readonly AlertPolicy s_policy = new(new()
    {
        Rules = [new() { Category = "banned", Severity = Severity.Critical, Outputs = ["siren"], Pulse = TimeSpan.FromSeconds(3) }],
    });

    [Fact]
    public void Raise_DiskHangs_StillSwitchesTheOutputAtOnce()
    {
        var outputs = new RecordingOutputs();
        var dispatcher = Dispatcher(new HangingLog(), outputs);
        _ = dispatcher.RunAsync(CancellationToken.None);

        dispatcher.Raise(Sample("banned"));

        Assert.Equal(("siren", TimeSpan.FromSeconds(3)), Assert.Single(outputs.Pulses));
    }

    [Fact]
    public async Task RunAsync_SeveralAlerts_StoresThemInOrderWithTheSeverityOfTheirRule()
    {
        var log = new ListLog();
        var dispatcher = Dispatcher(log, new RecordingOutputs());
        var alerts = new[] { Sample("banned"), Sample("staff"), Sample("banned") };

        foreach (var alert in alerts)
            dispatcher.Raise(alert);
        dispatcher.Complete();
        await dispatcher.RunAsync(CancellationToken.None);

        Assert.Equal(alerts.Select(alert => alert.Id), log.Stored.Select(alert => alert.Id));
        Assert.Equal([Severity.Critical, Severity.Warning, Severity.Critical], log.Stored.Select(alert => alert.Severity));
        Assert.Equal(3, dispatcher.StoredCount);
    }

    [Fact]
    public async Task RunAsync_StoreFailsForAWhile_LosesNothingAndStoresNothingTwice()
    {
        var log = new ListLog { Failures = 5 };
        var clock = new ImpatientClock();
        var dispatcher = Dispatcher(log, new RecordingOutputs(), clock);
        var announced = new List<long>();
        dispatcher.Stored += alert => announced.Add(alert.Seq);
        for (var i = 0; i < 20; i++)
            dispatcher.Raise(Sample("staff"));
        dispatcher.Complete();

        await dispatcher.RunAsync(CancellationToken.None);

        Assert.Equal(20, log.Stored.Count);
        Assert.Equal(Enumerable.Range(1, 20).Select(seq => (long)seq), announced.Order());
        Assert.Null(dispatcher.Fault);
    }

    private static AlertDispatcher Dispatcher(IAlertLog log, IOutputCommands outputs, TimeProvider? clock = null) =>
        new(log, outputs, s_policy, clock ?? TimeProvider.System, NullLogger<AlertDispatcher>.Instance);

    private static Alert Sample(string category) => new()
    {
        Id = new(Appliance.Core.Ulid.New(DateTimeOffset.UnixEpoch)),
        BootId = Guid.Empty,
        Kind = AlertKinds.Watchlist,
        Severity = Severity.Info,
        Camera = new("gate"),
        Utc = DateTimeOffset.UnixEpoch,
        Match = new(new PersonId("p"), "Somebody", category, 0.7f, 0.3f, 0.5f, 3),
    };

    private sealed class HangingLog : IAlertLog
    {
        public ValueTask<Alert> Append(Alert alert, CancellationToken cancel) => new(new TaskCompletionSource<Alert>().Task);
    }

    /// <summary>Idempotent on the id, as the contract says; fails the first <see cref="Failures"/> calls.</summary>
    private sealed class ListLog : IAlertLog
    {
        public int Failures { get; set; }

        public List<Alert> Stored { get; } = [];

        public ValueTask<Alert> Append(Alert alert, CancellationToken cancel)
        {
            if (Failures-- > 0)
                throw new IOException("disk full");
            if (Stored.Find(other => other.Id == alert.Id) is { } before)
                return new(before);

            var stored = alert with { Seq = Stored.Count + 1 };
            Stored.Add(stored);
            return new(stored);
        }
    }

    private sealed class RecordingOutputs : IOutputCommands
    {
        public List<(string Output, TimeSpan Duration)> Pulses { get; } = [];

        public OutputAnswer Do(OutputCommand command)
        {
            Pulses.Add((command.Output.Value, command.Action.Duration));
            return new(OutputVerdict.Done, "", null);
        }

        public bool IsRemote(OutputId output) => false;
    }

    /// <summary>Every pause is over at once.</summary>
    private sealed class ImpatientClock : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
