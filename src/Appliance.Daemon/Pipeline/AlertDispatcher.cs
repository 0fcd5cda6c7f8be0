using System.Threading.Channels;
using Appliance.Core.Alerts;
using Appliance.Core.Clocks;
using Appliance.Core.Outputs;
using Appliance.Core.Rules;

namespace Appliance.Daemon.Pipeline;

/// <summary>
/// From «this must be known» to «this is durable»: switches outputs at once on the caller's thread, then stores alerts in
/// order, many per transaction. A store that fails is tried again until it works; alerts wait in memory meanwhile.
/// </summary>
internal sealed class AlertDispatcher(
    IAlertLog log, IOutputCommands outputs, AlertPolicy policy, TimeProvider clock, ILogger<AlertDispatcher> logger, IClockState? time = null)
{
    /// <summary>What may wait in memory while the disk refuses; then the pipeline itself waits.</summary>
    private const int Capacity = 10_000;

    private const int BatchSize = 256;

    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(10);

    private readonly Channel<Alert> _waiting = Channel.CreateBounded<Alert>(
        new BoundedChannelOptions(Capacity) { SingleReader = true, FullMode = BoundedChannelFullMode.Wait });

    private AlertPolicy _policy = policy;
    private long _stored;

    /// <summary>Raised for each alert once it is durable, with its seq. Handlers must not block.</summary>
    public event Action<Alert>? Stored;

    /// <summary>Alerts made durable since start.</summary>
    public long StoredCount => Volatile.Read(ref _stored);

    /// <summary>Alerts raised but not yet durable.</summary>
    public int Waiting => _waiting.Reader.Count;

    /// <summary>What each category sets off; a new one counts from the next alert on.</summary>
    public AlertPolicy Policy
    {
        get => Volatile.Read(ref _policy);
        set => Volatile.Write(ref _policy, value);
    }

    /// <summary>Why alerts cannot be stored right now; null = they can.</summary>
    public string? Fault { get; private set; }

    /// <summary>Switches the outputs of the alert's rule, then queues it. Waits only when <see cref="Capacity"/> alerts wait already.</summary>
    public void Raise(Alert alert)
    {
        RaiseWith(Policy.For(alert), alert);
    }

    /// <summary>The same with other actions than those of its rule: a step of escalation.</summary>
    public void RaiseWith(AlertActions actions, Alert alert)
    {
        foreach (var output in alert.IsDemoted ? [] : actions.Outputs)
        {
            var answer = outputs.Do(new(new(output), actions.Switch, OutputSource.Rule, $"alert {alert.Id}"));
            if (answer.Verdict == OutputVerdict.Unknown)
                logger.OutputUnknown(output, alert.Rule.Length > 0 ? alert.Rule : alert.Match?.Category ?? alert.Kind);
        }

        var stamped = alert with
        {
            Severity = alert.IsDemoted ? Severity.Info : actions.Severity,
            Notify = actions.Notify,
            KeepEvidence = actions.KeepEvidence,
            ClockSynced = time?.State.IsSynced,
        };
        if (!_waiting.Writer.TryWrite(stamped))
            _waiting.Writer.WriteAsync(stamped).AsTask().GetAwaiter().GetResult();
    }

    /// <summary>No alert is raised after this; <see cref="RunAsync"/> ends when the last one is stored.</summary>
    public void Complete() => _waiting.Writer.TryComplete();

    /// <summary>Stores until <see cref="Complete"/> and everything is written, or until <paramref name="abandon"/>.</summary>
    public async Task RunAsync(CancellationToken abandon)
    {
        var batch = new List<Alert>(BatchSize);
        while (await _waiting.Reader.WaitToReadAsync(abandon))
        {
            while (batch.Count < BatchSize && _waiting.Reader.TryRead(out var alert))
                batch.Add(alert);

            await StoreAsync(batch, abandon);
            batch.Clear();
        }
    }

    private async Task StoreAsync(List<Alert> batch, CancellationToken abandon)
    {
        var pause = s_firstPause;
        var done = 0;
        while (true)
        {
            try
            {
                // All are handed over before the first is awaited: they share one fsync.
                var writes = batch.Skip(done).Select(alert => log.Append(alert, abandon).AsTask()).ToList();
                foreach (var write in writes)
                {
                    var stored = await write;
                    done++;
                    Interlocked.Increment(ref _stored);
                    logger.AlertStored(stored.Id, stored.Seq, stored.Kind, stored.Camera);
                    Stored?.Invoke(stored);
                }

                if (Fault is not null)
                {
                    Fault = null;
                    logger.StoringResumed(Waiting);
                }

                return;
            }
            catch (Exception error) when (!abandon.IsCancellationRequested)
            {
                if (Fault is null)
                    logger.StoringFailed(error);
                Fault = error.Message;
                await Task.Delay(pause, clock, abandon);
                pause = TimeSpan.FromTicks(Math.Min(pause.Ticks * 2, s_longestPause.Ticks));
            }
        }
    }
}
