using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using Appliance.Core;
using Appliance.Delivery.Mqtt;
using Appliance.FabricGateway.Configuration;
using Appliance.FabricGateway.Intake;
using Appliance.FabricGateway.Store;

namespace Appliance.FabricGateway.Mqtt;

/// <summary>
/// Tells boxes over MQTT what became of their batches: receipts, and what is refused for good. A receipt counts as told when the broker
/// took it; until then it is said again in the next session.
/// </summary>
public sealed class AnswerSender(GatewayStore store, Receipts receipts, GatewayOptions options, TimeProvider clock, ILogger<AnswerSender> logger)
{
    private const int Window = 200;

    // Refusals at intake are answered once; the box says the header again and is answered again.
    private readonly Channel<(string Device, RefusedMessage Message)> _refused = Channel.CreateBounded<(string, RefusedMessage)>(
        new BoundedChannelOptions(1000) { FullMode = BoundedChannelFullMode.DropOldest });

    private readonly SemaphoreSlim _news = new(1, 1);

    /// <summary>Says that something was refused. Never waits.</summary>
    public void Refuse(string device, RefusedMessage message)
    {
        _refused.Writer.TryWrite((device, message));
        Wake();
    }

    /// <summary>Works until stopped.</summary>
    public async Task Run(MqttLink link, CancellationToken stopping)
    {
        store.NewsForBoxes += Wake;
        var backOff = new BackOff(options.Mqtt.ReconnectFirst, options.Mqtt.ReconnectLongest);
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                try
                {
                    await _news.WaitAsync(stopping).ConfigureAwait(false);
                    var session = await link.Session(stopping).ConfigureAwait(false);
                    await SayRefusals(session).ConfigureAwait(false);
                    await SayNews(session, stopping).ConfigureAwait(false);
                    backOff.Reset();
                    continue;
                }
                catch (OperationCanceledException) when (stopping.IsCancellationRequested)
                {
                    return;
                }
                catch (MqttSessionEndedException)
                {
                    Wake();
                }
                catch (Appliance.Store.StoreException error)
                {
                    logger.StoreFailed(error.Message);
                    Wake();
                }

                await Task.Delay(backOff.Next(), clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
        finally
        {
            store.NewsForBoxes -= Wake;
        }
    }

    private async Task SayRefusals(MqttSession session)
    {
        while (_refused.Reader.TryRead(out var refused))
            await Say(session, refused.Device, "refused", refused.Message, WireJson.Default.RefusedMessage).ConfigureAwait(false);
    }

    private async Task SayNews(MqttSession session, CancellationToken stopping)
    {
        var last = 0L;
        while (await store.NewsAfter(last, Window, stopping).ConfigureAwait(false) is { Count: > 0 } news)
        {
            last = news[^1].Id;
            var accepted = await Task.WhenAll(news.Select(one => Tell(session, one))).ConfigureAwait(false);
            var told = news.Where((_, i) => accepted[i]).ToList();
            if (told.Count > 0)
                await store.Told(told, stopping).ConfigureAwait(false);
        }
    }

    private Task<bool> Tell(MqttSession session, News news)
    {
        if (news.Receipt is { } receipt)
            return Say(session, news.Device, "receipt", new(news.Seq, receipts.Of(receipt)), WireJson.Default.ReceiptMessage);

        var reason = news.Reason ?? "";
        var colon = reason.IndexOf(": ", StringComparison.Ordinal);
        var refused = colon > 0 ? new RefusedMessage(news.Seq, reason[..colon], reason[(colon + 2)..]) : new(news.Seq, reason, "");
        return Say(session, news.Device, "refused", refused, WireJson.Default.RefusedMessage);
    }

    private async Task<bool> Say<T>(MqttSession session, string device, string word, T what, JsonTypeInfo<T> form)
    {
        var message = new MqttMessage { Topic = $"{options.Mqtt.TopicRoot}/{device}/evidence/{word}", ContentType = "application/json" };
        using (var json = new Utf8JsonWriter(message.Payload))
            JsonSerializer.Serialize(json, what, form);
        var ack = await session.Publish(message).ConfigureAwait(false);
        if (ack.IsRefused)
            logger.AnswerRefused(message.Topic, ack.Reason);
        return !ack.IsRefused;
    }

    private void Wake()
    {
        try
        {
            _news.Release();
        }
        catch (SemaphoreFullException)
        {
            // It is awake already.
        }
    }
}
