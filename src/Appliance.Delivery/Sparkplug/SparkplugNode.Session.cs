using Appliance.Delivery.Mqtt;
using Appliance.Native.Mosquitto;
using Microsoft.Extensions.Logging;

namespace Appliance.Delivery.Sparkplug;

/// <summary>Within a session.</summary>
public sealed partial class SparkplugNode
{
    /// <summary>One session with one broker: subscribes, waits for the host, publishes births and what changes, obeys, leaves.</summary>
    private sealed class SessionLoop(
        SparkplugNode node, SparkplugServer server, PrimaryHost? host, MosquittoClient client, MqttSession session, int birthDeath)
    {
        private static readonly TimeSpan s_alertPause = TimeSpan.FromSeconds(5);

        private readonly SparkplugPublisher _publisher = new(node._model, node._topics, session, node._writer, node._clock);
        private readonly long _began = node._clock.GetTimestamp();
        private readonly CancellationTokenSource _over = new();
        private Task? _more;
        private Task? _changed;
        private Task? _messages;
        private Task? _alertPause;
        private bool _alertsWait = true;
        private long _counted;

        private bool IsBorn => _publisher.BornAt is not null;

        private TimeSpan Waited => node._clock.GetElapsedTime(_began);

        public async Task Run(CancellationToken stopping)
        {
            using var over = _over;
            try
            {
                await Subscribe().WaitAsync(stopping).ConfigureAwait(false);
                while (!client.Ended.IsCompleted)
                {
                    TakeMessages();
                    if (WhyLeave(stopping) is { } reason)
                    {
                        await Leave(reason).ConfigureAwait(false);
                        return;
                    }

                    if (host is null || host.State == HostState.Online)
                        await Publish(stopping).ConfigureAwait(false);
                    else
                        WaitForHost();
                    await WaitForNews(stopping).ConfigureAwait(false);
                }
            }
            finally
            {
                await over.CancelAsync().ConfigureAwait(false);
                Count();
            }
        }

        private async Task Subscribe()
        {
            foreach (var filter in host is null ? node._commands.Filters : node._commands.Filters.Append(host.Topic))
            {
                var ack = await session.Subscribe(filter, 1).ConfigureAwait(false);
                if (ack.IsRefused)
                    node._logger.SubscribeRefused(server.Name, filter, ack.Reason);
            }
        }

        private void TakeMessages()
        {
            while (client.Messages.TryRead(out var message))
            {
                host?.Take(message.Topic, message.Payload);
                node._commands.Take(message);
                // A host that went away ends the session, even if it is back by the next look.
                if (IsBorn && host is { State: HostState.Offline })
                    return;
            }
        }

        /// <summary>Null: the session goes on.</summary>
        private string? WhyLeave(CancellationToken stopping)
        {
            if (stopping.IsCancellationRequested)
                return "the box stops";
            if (host is null || host.State == HostState.Online)
                return null;

            // With a single broker there is nowhere to go before births: the host is awaited here.
            if (host.State == HostState.Offline && (IsBorn || node._servers.Count > 1))
                return "the primary host is offline";
            return node._servers.Count > 1 && Waited >= node._options.HostWait ? "the primary host is not here" : null;
        }

        private void WaitForHost()
        {
            if (node.Health.State == SparkplugState.WaitingForHost)
                return;

            node._logger.WaitsForHost(node._options.PrimaryHost!, server.Name);
            node.Become(SparkplugState.WaitingForHost, $"the primary host {node._options.PrimaryHost} is not online", server.Name);
        }

        private async Task Publish(CancellationToken stopping)
        {
            if (!IsBorn || node._commands.WantsRebirth)
                await Birth().ConfigureAwait(false);
            await _publisher.PublishDevices().ConfigureAwait(false);
            await _publisher.PublishHistory().ConfigureAwait(false);
            await _publisher.PublishChanges().ConfigureAwait(false);
            if (_alertsWait && _alertPause is null)
                await TellAlerts(stopping).ConfigureAwait(false);
            Count();
        }

        private async Task Birth()
        {
            await _publisher.PublishDevices().ConfigureAwait(false);
            node._commands.WantsRebirth = false;
            var devices = await _publisher.Birth().ConfigureAwait(false);
            Interlocked.Increment(ref node._births);
            node._logger.Born(server.Name, devices);
            node.Become(SparkplugState.Online, "", server.Name);
        }

        private async Task TellAlerts(CancellationToken stopping)
        {
            try
            {
                _alertsWait = await node._alerts.Tell(_publisher, Fence, stopping).ConfigureAwait(false);
            }
            catch (Exception error) when (error is not (MqttSessionEndedException or OperationCanceledException))
            {
                // The disk, most likely. Telling goes on from the rows that are not completed.
                node._logger.AlertsInterrupted(s_alertPause, error);
                _alertPause = Task.Delay(s_alertPause, node._clock, _over.Token);
            }
        }

        /// <summary>A broker answers in order: what came before this subscription, which changes nothing, has arrived.</summary>
        private Task Fence() => session.Subscribe(node._topics.NodeCommand, 1);

        private async Task WaitForNews(CancellationToken stopping)
        {
            if (_alertsWait && _alertPause is null && IsBorn)
                return;

            _messages ??= client.Messages.WaitToReadAsync().AsTask();
            _changed ??= node._changed.Wait(_over.Token);
            _more ??= node._alerts.WaitForMore(_over.Token).AsTask();
            var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using var registration = stopping.Register(() => stop.TrySetResult()).ConfigureAwait(false);
            using var timer = new CancellationTokenSource();
            var late = host is not null && !IsBorn && Waited < node._options.HostWait
                ? Task.Delay(node._options.HostWait - Waited, node._clock, timer.Token)
                : stop.Task;
            await Task.WhenAny(_messages, _changed, _more, client.Ended, stop.Task, late, _alertPause ?? stop.Task).ConfigureAwait(false);
            await timer.CancelAsync().ConfigureAwait(false);
            if (_messages.IsCompleted)
                _messages = null;
            if (_changed.IsCompleted)
                _changed = null;
            if (_alertPause is { IsCompleted: true })
                _alertPause = null;
            if (!_more.IsCompleted)
                return;

            _alertsWait = true;
            _more = null;
        }

        /// <summary>
        /// Births or not, the Will's number is told as dead. With MQTT 5 the farewell asks the broker for the Will as well, as Sparkplug
        /// wants it; hosts drop the second death of a number. Before births, nothing but a birth may be published: the Will does it.
        /// </summary>
        private async Task Leave(string reason)
        {
            node._logger.SessionLeft(server.Name, reason);
            try
            {
                if (IsBorn)
                {
                    await _publisher.PublishDevices().WaitAsync(node.Farewell).ConfigureAwait(false);
                    await _publisher.PublishChanges().WaitAsync(node.Farewell).ConfigureAwait(false);
                    await _publisher.Death(birthDeath).WaitAsync(node.Farewell).ConfigureAwait(false);
                }

                if (IsBorn || node._options.Protocol == SparkplugProtocol.V5)
                    client.Disconnect(withWill: node._options.Protocol == SparkplugProtocol.V5);
                else
                    client.Dispose();
                await client.Ended.WaitAsync(node.Farewell).ConfigureAwait(false);
            }
            catch (Exception error) when (error is TimeoutException or MqttSessionEndedException)
            {
                // A broker that does not answer will publish the Will.
            }

            node.Become(SparkplugState.Offline, reason, server.Name);
        }

        private void Count()
        {
            Interlocked.Add(ref node._messages, _publisher.Published - _counted);
            _counted = _publisher.Published;
        }
    }
}
