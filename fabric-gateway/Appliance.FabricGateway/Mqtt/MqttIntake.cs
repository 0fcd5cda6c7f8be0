using System.Collections.Frozen;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Appliance.Delivery.Mqtt;
using Appliance.FabricGateway.Configuration;
using Appliance.FabricGateway.Health;
using Appliance.FabricGateway.Intake;
using Appliance.FabricGateway.Store;
using Appliance.Native.Mosquitto;

namespace Appliance.FabricGateway.Mqtt;

/// <summary>
/// Hears boxes over MQTT in a persistent session. A message is acknowledged to the broker after it is on our disk; when it cannot be
/// stored, the connection is dropped without an acknowledgement and the broker says it again.
/// </summary>
public sealed class MqttIntake
{
    private static readonly TimeSpan s_connectTimeout = TimeSpan.FromSeconds(15);

    // Below the shortest keep-alive and a half: a disk that hangs must not look like a network that does.
    private static readonly TimeSpan s_storeTimeout = TimeSpan.FromSeconds(5);

    private static readonly string[] s_words = ["batch", "critical", "watchlist", "update", "key"];

    private readonly IntakeDesk _desk;
    private readonly GatewayOptions _options;
    private readonly GatewayMetrics _metrics;
    private readonly AnswerSender _answers;
    private readonly ILogger _logger;
    private readonly Throttle _throttle = new(TimeSpan.FromMinutes(1));

    public MqttIntake(
        IntakeDesk desk, AnswerSender answers, GatewayOptions options, GatewayMetrics metrics, TimeProvider clock, ILoggerFactory loggers)
    {
        (_desk, _answers, _options, _metrics) = (desk, answers, options, metrics);
        _logger = loggers.CreateLogger<MqttIntake>();
        var broker = options.Mqtt;
        Link = new(
            new(() => Connection(broker), s_connectTimeout, broker.ReconnectFirst, broker.ReconnectLongest, Birth: null, Farewell: null),
            clock, loggers.CreateLogger<MqttLink>());
        // Not ROOT/+/evidence/+: that would bring back our own answers.
        foreach (var word in s_words)
            Link.Subscribe($"{broker.TopicRoot}/+/evidence/{word}", 1, _ => { });
    }

    public MqttLink Link { get; }

    /// <summary>Works until stopped.</summary>
    public Task Run(CancellationToken stopping) => Link.Run(stopping);

    private static async Task<IReadOnlyList<WireResult>> Take<T>(
        MosquittoMessage message, JsonTypeInfo<T> form, Speaker speaker,
        Func<IReadOnlyList<T?>, Speaker, CancellationToken, Task<IReadOnlyList<WireResult>>> take, CancellationToken cancel)
        where T : class
    {
        T? item;
        try
        {
            item = JsonSerializer.Deserialize(message.Payload, form);
        }
        catch (JsonException error)
        {
            return [new() { Status = OutcomeStatus.Refused, Error = "MALFORMED", Detail = $"not of this form at {error.Path}" }];
        }

        return await take([item], speaker, cancel).ConfigureAwait(false);
    }

    private MosquittoOptions Connection(BrokerOptions broker) => new()
    {
        Host = broker.Host,
        Port = broker.EffectivePort,
        ClientId = broker.ClientId,
        SessionExpiry = broker.SessionExpiry,
        KeepAlive = broker.KeepAlive,
        Username = broker.Username,
        Password = broker.PasswordFile is { } file ? File.ReadLines(file).FirstOrDefault() : null,
        Tls = broker.Tls ? new(broker.CaFile, broker.CertFile, broker.KeyFile) : null,
        Receive = Receive,
    };

    /// <summary>On the connection's own thread.</summary>
    private bool Receive(MosquittoMessage message)
    {
        if (Parse(message.Topic) is not var (device, word))
            return true;

        try
        {
            using var patience = new CancellationTokenSource(s_storeTimeout);
            Take(device, word, message, patience.Token).GetAwaiter().GetResult();
            return true;
        }
        catch (Exception error) when (error is Appliance.Store.StoreException or IntakeClosedException or OperationCanceledException)
        {
            _metrics.MessageNotStored();
            if (_throttle.Pass(out _))
                _logger.MessageNotStored(message.Topic, error.Message);
            return false;
        }
        catch (Exception error)
        {
            // A message that always breaks us must not come back for ever.
            _logger.RequestFailed(error);
            return true;
        }
    }

    private (string Device, string Word)? Parse(string topic)
    {
        var root = _options.Mqtt.TopicRoot + "/";
        return topic.StartsWith(root, StringComparison.Ordinal) && topic[root.Length..].Split('/') is [var device, "evidence", var word]
            ? (device, word)
            : null;
    }

    private async Task Take(string device, string word, MosquittoMessage message, CancellationToken cancel)
    {
        // The broker's access list says who may publish below a serial; the signature says whether it is the box's word.
        var speaker = new Speaker(message.Topic, ItemVia.Mqtt, new[] { device }.ToFrozenSet(StringComparer.Ordinal));
        var results = word switch
        {
            "batch" => await Take(message, WireJson.Default.WireBatch, speaker, _desk.Batches, cancel).ConfigureAwait(false),
            "critical" => await Take(message, WireJson.Default.WireEvidence, speaker, _desk.Evidence, cancel).ConfigureAwait(false),
            "watchlist" => await Take(message, WireJson.Default.WireWatchlist, speaker, _desk.Watchlists, cancel).ConfigureAwait(false),
            "update" => await Take(message, WireJson.Default.WireUpdate, speaker, _desk.Updates, cancel).ConfigureAwait(false),
            "key" => await Take(message, WireJson.Default.WireKey, speaker, _desk.Keys, cancel).ConfigureAwait(false),
            _ => [],
        };
        foreach (var result in results)
        {
            if (result.Status == OutcomeStatus.Refused)
                _answers.Refuse(device, new(result.Seq, result.Error!, result.Detail ?? ""));
        }
    }
}
