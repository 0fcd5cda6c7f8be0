using System.Globalization;
using Appliance.Core;
using Appliance.Core.Alerts;
using Appliance.Native.Mosquitto;
using Microsoft.Extensions.Logging;

namespace Appliance.Delivery.Mqtt;

/// <summary>
/// Empties one destination's outbox into the broker, at its own pace: in order, with a window of alerts that are on their way,
/// completing rows only when the broker accepted every message of them. What was sent and not answered when a connection ended
/// is sent again; it keeps its id.
/// </summary>
public sealed class OutboxSender(
    MqttLink link, IOutbox outbox, IMqttDialect dialect, int window, TimeProvider clock, ILogger<OutboxSender> logger)
{
    private static readonly TimeSpan s_firstPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_lastAnswers = TimeSpan.FromSeconds(2);

    private readonly BackOff _backOff = new(s_firstPause, s_longestPause);
    private readonly Queue<Sent> _sent = new();
    private readonly List<long> _accepted = [];
    private readonly MqttBatch _batch = new();
    private Task? _more;
    private long _delivered;
    private long _lastSent;
    private (string Topic, string Reason)? _refused;
    private bool _isOver;

    /// <summary>Alerts that the broker accepted since start.</summary>
    public long Delivered => Interlocked.Read(ref _delivered);

    /// <summary>Works until stopped.</summary>
    public async Task Run(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var session = await link.Session(stopping).ConfigureAwait(false);
                await Send(session, stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (MqttSessionEndedException)
            {
                // The link says why and has the pause; the next session is awaited above.
            }
            catch (Exception error)
            {
                var pause = _backOff.Next();
                logger.DeliveryInterrupted(outbox.Destination, pause, error);
                await Pause(pause, stopping).ConfigureAwait(false);
            }
        }
    }

    private async Task Send(MqttSession session, CancellationToken stopping)
    {
        var after = 0L;
        _sent.Clear();
        _refused = null;
        _isOver = false;
        try
        {
            while (true)
            {
                after = await Fill(session, after, stopping).ConfigureAwait(false);
                await WaitForNews(stopping).ConfigureAwait(false);
                await Settle(stopping).ConfigureAwait(false);
                if (_refused is { } refused)
                {
                    await WaitOutRefusal(refused, stopping).ConfigureAwait(false);
                    after = 0;
                }
            }
        }
        finally
        {
            // Whatever ended it: an answer that is not taken is an alert that is sent twice.
            await LastAnswers().ConfigureAwait(false);
            TakeAnswers();
            await Complete(stopping).ConfigureAwait(false);
        }
    }

    /// <summary>Sends what fits into the window; returns the last row that was read.</summary>
    private async Task<long> Fill(MqttSession session, long after, CancellationToken stopping)
    {
        while (_sent.Count < window && _refused is null)
        {
            var items = await outbox.Read(after, window - _sent.Count, stopping).ConfigureAwait(false);
            if (items.Count == 0)
                return after;

            foreach (var item in items)
            {
                _batch.Clear();
                dialect.Write(item.Alert, _batch);
                MarkAgain(item);
                var answers = new Task<MosquittoAck>[_batch.Count];
                for (var i = 0; i < _batch.Count; i++)
                    answers[i] = session.Publish(_batch[i]);
                _sent.Enqueue(new(item.RowId, _batch.Count > 0 ? _batch[0].Topic : "", Task.WhenAll(answers)));
                after = item.RowId;
            }
        }

        return after;
    }

    /// <summary>Says that a message was sent before, as far as this run and the outbox know.</summary>
    private void MarkAgain(OutboxItem item)
    {
        var attempt = item.Attempts + (item.RowId <= _lastSent ? 2 : 1);
        _lastSent = Math.Max(_lastSent, item.RowId);
        for (var i = 0; attempt > 1 && i < _batch.Count; i++)
            _batch[i].AddUserProperty("attempt", attempt.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Until the oldest alert was answered, or there is another one to send.</summary>
    private async Task WaitForNews(CancellationToken stopping)
    {
        _more ??= outbox.WaitForMore(stopping).AsTask();
        if (!_sent.TryPeek(out var oldest))
            await _more.WaitAsync(stopping).ConfigureAwait(false);
        else if (_sent.Count < window)
            await Task.WhenAny(oldest.Answers, _more).WaitAsync(stopping).ConfigureAwait(false);
        else
            await Answered(oldest, stopping).ConfigureAwait(false);
        if (!_more.IsCompleted)
            return;

        var more = _more;
        _more = null;
        await more.ConfigureAwait(false);
    }

    /// <summary>Takes the answers that are there and marks what was accepted.</summary>
    /// <exception cref="MqttSessionEndedException">The connection ended.</exception>
    private async Task Settle(CancellationToken stopping)
    {
        TakeAnswers();
        await Complete(stopping).ConfigureAwait(false);
        if (_isOver)
            throw new MqttSessionEndedException();
    }

    /// <summary>Sorts what was answered at the head of the queue.</summary>
    private void TakeAnswers()
    {
        while (_sent.TryPeek(out var oldest) && oldest.Answers.IsCompleted)
        {
            _sent.Dequeue();
            if (!oldest.Answers.IsCompletedSuccessfully)
            {
                _isOver = true;
                continue;
            }

            var refusal = Array.Find(oldest.Answers.Result, ack => ack.IsRefused);
            if (refusal.IsRefused)
                _refused ??= (oldest.Topic, refusal.Reason);
            else
                Accept(oldest);
        }
    }

    private void Accept(Sent sent)
    {
        _accepted.Add(sent.RowId);
        link.ReportAccepted(sent.Topic);
    }

    /// <summary>Marks what was accepted. A full disk is waited out: sending on would only make doubles.</summary>
    private async Task Complete(CancellationToken stopping)
    {
        var pauses = new BackOff(s_firstPause, s_longestPause);
        while (_accepted.Count > 0)
        {
            try
            {
                // Not cancelled by a stop: an alert that the broker has and the outbox does not know of is sent twice.
                await outbox.Complete(_accepted, CancellationToken.None).ConfigureAwait(false);
                Interlocked.Add(ref _delivered, _accepted.Count);
                _accepted.Clear();
                _backOff.Reset();
            }
            catch (Exception error)
            {
                var pause = pauses.Next();
                logger.CompletionFailed(_accepted.Count, outbox.Destination, pause, error);
                if (stopping.IsCancellationRequested)
                    return;

                await Pause(pause, stopping).ConfigureAwait(false);
            }
        }
    }

    private async Task WaitOutRefusal((string Topic, string Reason) refused, CancellationToken stopping)
    {
        link.ReportRefused(refused.Topic, refused.Reason);
        // What else is on its way is answered first: reading again from the start must not send it a second time.
        while (_sent.TryPeek(out var oldest))
        {
            await Answered(oldest, stopping).ConfigureAwait(false);
            await Settle(stopping).ConfigureAwait(false);
        }

        await Pause(_backOff.Next(), stopping).ConfigureAwait(false);
        _refused = null;
    }

    /// <summary>Answered or lost; which of them is looked at later.</summary>
    private static Task Answered(Sent sent, CancellationToken stopping) => Task.WhenAny(sent.Answers).WaitAsync(stopping);

    /// <summary>Waits for what is on its way, but not for a broker that is silent; a connection that ended answers at once.</summary>
    private async Task LastAnswers()
    {
        Task answers = Task.WhenAll(_sent.Select(sent => sent.Answers));
        await answers.WaitAsync(s_lastAnswers, clock).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task Pause(TimeSpan pause, CancellationToken stopping)
    {
        try
        {
            await Task.Delay(pause, clock, stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>An alert on its way.</summary>
    private sealed record Sent(long RowId, string Topic, Task<MosquittoAck[]> Answers);
}
