using Appliance.Native.Mosquitto;
using Microsoft.Extensions.Logging;

namespace Appliance.Delivery.Mqtt.HomeAssistant;

/// <summary>
/// Announces the box to Home Assistant: at each connect, when Home Assistant says that it started, and when the box changed. An
/// entity that is gone is first announced as removed and then left out; a box that is no longer to be announced is withdrawn.
/// </summary>
internal sealed class DiscoveryAnnouncer
{
    private readonly Lock _lock = new();
    private readonly MqttLink _link;
    private readonly HomeAssistantTopics _topics;
    private readonly HomeAssistantOptions _options;
    private readonly ApplianceIdentity _identity;
    private readonly DeviceComponents _device;
    private readonly AnnouncedComponents _announced;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly MqttMessage _message = new();
    private TaskCompletionSource<TimeSpan> _wanted = NewWish();
    private IReadOnlyList<Component>? _components;
    private string _last = "";

    public DiscoveryAnnouncer(
        MqttLink link, HomeAssistantTopics topics, HomeAssistantOptions options, ApplianceIdentity identity, DeviceComponents device,
        AnnouncedComponents announced, TimeProvider clock, ILogger logger)
    {
        _link = link;
        _topics = topics;
        _options = options;
        _identity = identity;
        _device = device;
        _announced = announced;
        _clock = clock;
        _logger = logger;
    }

    /// <summary>Before the link runs.</summary>
    public void Open()
    {
        if (_options.Enabled)
            _link.Subscribe(_options.StatusTopic, qos: 0, HeardStatus);
    }

    /// <summary>What the box consists of; announced if that changed.</summary>
    public void Take(InventoryReport inventory)
    {
        var components = _device.For(inventory);
        var reads = string.Join('\n', components.Select(one => $"{one.Id} {one.Platform} {one.Options.ToJsonString()}"));
        lock (_lock)
        {
            if (reads == _last)
                return;

            (_last, _components) = (reads, components);
            _wanted.TrySetResult(TimeSpan.Zero);
        }
    }

    /// <summary>Works until stopped.</summary>
    public async Task Run(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                var session = await _link.Session(stopping).ConfigureAwait(false);
                if (!_options.Enabled)
                {
                    await Withdraw(session).ConfigureAwait(false);
                    return;
                }

                await Serve(session, stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                // Stopped, or the session is over: the next one begins with an announcement.
            }
            catch (MqttSessionEndedException)
            {
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or MosquittoException)
            {
                _logger.AnnouncementFailed(error);
                await Task.Delay(TimeSpan.FromMinutes(1), _clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private static TaskCompletionSource<TimeSpan> NewWish() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task Serve(MqttSession session, CancellationToken stopping)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(session.Ended, stopping);
        await Announce(session).ConfigureAwait(false);
        while (true)
        {
            Task<TimeSpan> wanted;
            lock (_lock)
                wanted = _wanted.Task;
            var delay = await wanted.WaitAsync(over.Token).ConfigureAwait(false);
            if (delay > TimeSpan.Zero)
                await Task.Delay(delay, _clock, over.Token).ConfigureAwait(false);
            await Announce(session).ConfigureAwait(false);
        }
    }

    private void HeardStatus(MosquittoMessage message)
    {
        // A retained word is old: it came with our subscription, and we announced with that.
        if (message.Retain || !message.Payload.AsSpan().SequenceEqual("online"u8))
            return;

        lock (_lock)
            _wanted.TrySetResult(_options.AnnounceWithin * Random.Shared.NextDouble());
    }

    private async Task Announce(MqttSession session)
    {
        IReadOnlyList<Component>? components;
        lock (_lock)
        {
            components = _components;
            if (_wanted.Task.IsCompleted)
                _wanted = NewWish();
        }

        // The inventory comes a moment after the start.
        if (components is null)
            return;

        var now = components.ToDictionary(one => one.Id, one => one.Platform);
        var gone = _announced.Known.Where(old => now.GetValueOrDefault(old.Key) != old.Value).ToDictionary();
        // A component that changed its platform is removed as what it was before it is announced as what it is.
        if (gone.Count > 0)
        {
            await Publish(session, [.. components.Where(one => !gone.ContainsKey(one.Id))], gone).ConfigureAwait(false);
            _announced.Set(now);
        }
        else if (now.Count != _announced.Known.Count)
        {
            _announced.Set(now);
        }

        await Publish(session, components, new Dictionary<string, string>()).ConfigureAwait(false);
        _logger.Announced(_topics.Config, components.Count, gone.Count);
    }

    private async Task Publish(MqttSession session, IReadOnlyList<Component> components, IReadOnlyDictionary<string, string> removed)
    {
        _message.Clear();
        _message.Topic = _topics.Config;
        _message.Retain = _options.Retain;
        _message.ContentType = "application/json";
        DeviceConfig.Write(_message.Payload, _identity, components, removed);
        await Publish(session).ConfigureAwait(false);
    }

    private async Task Withdraw(MqttSession session)
    {
        if (_announced.Known.Count == 0)
            return;

        // An empty message removes the device; retained, so that what was kept is cleared as well.
        _message.Clear();
        _message.Topic = _topics.Config;
        _message.Retain = true;
        await Publish(session).ConfigureAwait(false);
        _announced.Set([]);
        _logger.Withdrawn(_topics.Config);
    }

    private async Task Publish(MqttSession session)
    {
        var ack = await session.Publish(_message).ConfigureAwait(false);
        if (ack.IsRefused)
            _link.ReportRefused(_message.Topic, ack.Reason);
        else
            _link.ReportAccepted(_message.Topic);
    }
}
