using Appliance.Core;
using Appliance.Core.Alerts;
using Microsoft.Extensions.Logging;

namespace Appliance.Delivery.Notifications;

/// <summary>
/// Empties the outbox of one target, in order and one message at a time: what cannot be sent now is tried again with growing
/// pauses until it works or is too old; what is refused for good is parked: out of the queue, named in the audit log.
/// </summary>
internal sealed class NotificationSender(
    NotificationTargetOptions target, NotificationsOptions options, INotificationChannel channel, IOutbox outbox,
    TimeProvider clock, ILogger logger, Action<AbandonedNotification> abandoned) : IDisposable
{
    private const int Batch = 100;
    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan s_longestAsked = TimeSpan.FromHours(1);

    private readonly NotificationPolicy _policy = new(target, options);
    private readonly BackOff _backOff = new(s_firstPause, s_longestPause);
    private long _sent;
    private long _suppressed;
    private long _abandonedCount;
    private long _lastSentAt;
    private volatile string? _fault;

    public string Name => target.Name;

    public NotificationStatus Status => new(
        target.Name, channel.Kind, outbox.Depth, Interlocked.Read(ref _sent), Interlocked.Read(ref _suppressed),
        Interlocked.Read(ref _abandonedCount),
        Interlocked.Read(ref _lastSentAt) is > 0 and var ticks ? new(ticks, TimeSpan.Zero) : null, _fault);

    /// <summary>Works until stopped.</summary>
    public async Task Run(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await Drain(stopping).ConfigureAwait(false);
                await outbox.WaitForMore(stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                // The store, or a bug: what was not completed is read again.
                var pause = _backOff.Next();
                logger.NotificationInterrupted(target.Name, pause, error);
                await Task.Delay(pause, clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    /// <summary>Sends a sample past the queue and past policy; null = it was taken.</summary>
    public async Task<string?> Test(Alert sample, CancellationToken cancel)
    {
        try
        {
            await channel.Send(sample, cancel).ConfigureAwait(false);
            Works();
            return null;
        }
        catch (NotificationException error)
        {
            return error.Message;
        }
    }

    public void Dispose() => channel.Dispose();

    private async Task Drain(CancellationToken stopping)
    {
        while (true)
        {
            var items = await outbox.Read(0, Batch, stopping).ConfigureAwait(false);
            if (items.Count == 0)
                return;

            var done = new List<long>(items.Count);
            foreach (var item in items)
            {
                var wasSent = await Settle(item.Alert, stopping).ConfigureAwait(false);
                done.Add(item.RowId);
                if (!wasSent)
                    continue;

                // At once and not cancelled by a stop: what was sent and is not marked is sent twice.
                await outbox.Complete(done, CancellationToken.None).ConfigureAwait(false);
                done.Clear();
            }

            await outbox.Complete(done, CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <summary>Returns when nothing more is to be done for this alert: whether it was sent.</summary>
    private async Task<bool> Settle(Alert alert, CancellationToken stopping)
    {
        while (true)
        {
            switch (_policy.Judge(alert, clock.GetUtcNow()))
            {
                case NotificationVerdict.NotForIt:
                    return false;
                case NotificationVerdict.Quiet or NotificationVerdict.Cooldown:
                    Interlocked.Increment(ref _suppressed);
                    return false;
                case NotificationVerdict.TooOld:
                    Abandon(alert, $"too old after {options.GiveUpAfter}{(_fault is { } fault ? ": " + fault : "")}");
                    return false;
            }

            try
            {
                await channel.Send(alert, stopping).ConfigureAwait(false);
                _policy.Sent(alert);
                Interlocked.Increment(ref _sent);
                Works();
                return true;
            }
            catch (NotificationException error) when (error.IsFinal)
            {
                Abandon(alert, error.Message);
                return false;
            }
            catch (NotificationException error)
            {
                if (_fault is null)
                    logger.NotificationFailing(target.Name, error.Message);
                _fault = error.Message;
                await Task.Delay(Pause(error.After), clock, stopping).ConfigureAwait(false);
            }
        }
    }

    private TimeSpan Pause(TimeSpan? asked)
    {
        var pause = _backOff.Next();
        return asked is not { } wish || wish <= pause ? pause : wish < s_longestAsked ? wish : s_longestAsked;
    }

    private void Works()
    {
        Interlocked.Exchange(ref _lastSentAt, clock.GetUtcNow().UtcTicks);
        _backOff.Reset();
        if (_fault is null)
            return;
        _fault = null;
        logger.NotificationWorks(target.Name);
    }

    private void Abandon(Alert alert, string reason)
    {
        _fault = reason;
        Interlocked.Increment(ref _abandonedCount);
        logger.NotificationAbandoned(target.Name, alert.Seq, reason);
        abandoned(new(target.Name, alert.Id.Value, alert.Seq, reason));
    }
}
