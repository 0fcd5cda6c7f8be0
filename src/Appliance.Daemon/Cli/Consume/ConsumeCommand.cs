using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Channels;
using Appliance.Delivery.Mqtt;
using Appliance.Delivery.Mqtt.Consumers;
using Appliance.Native.Mosquitto;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.Daemon.Cli.Consume;

/// <summary>
/// <c>consume</c>: the reference consumer. Each alert of any number of boxes once: doubles dropped, gaps found and asked for,
/// acknowledged when it is on this machine's disk. What integrators copy is <see cref="FleetConsumer"/>.
/// </summary>
internal sealed class ConsumeCommand : Verb
{
    private const int MaxBatch = 500;
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(200);

    private readonly BrokerArguments _broker = new();
    private readonly Option<string> _prefix = new("--prefix")
    {
        Description = "Topic prefix of the boxes; + stands for any one level.",
        DefaultValueFactory = _ => "ea/+",
    };

    private readonly Option<string?> _state = new("--state") { Description = "File of what this consumer has; without, nothing survives it.", HelpName = "FILE" };
    private readonly Option<string?> _ack = new("--ack") { Description = "Acknowledge under this name (Mqtt.RequiredConsumers of the boxes).", HelpName = "NAME" };
    private readonly Option<string?> _verify = new("--verify") { Description = "PEM file of the boxes' device certificates: alerts without their signature are not taken.", HelpName = "FILE" };
    private readonly Option<bool> _fromStart = new("--from-start") { Description = "Ask boxes heard of for the first time for all that they still have." };
    private readonly Option<bool> _doubles = new("--tell-doubles") { Description = "Print a line for each double that was dropped, too." };
    private readonly Option<long?> _count = new("--count") { Description = "End after so many alerts.", HelpName = "N" };

    public ConsumeCommand()
        : base("consume", "Takes each alert of any number of boxes from a broker exactly once; the reference for integrators.")
    {
        _broker.AddTo(this);
        foreach (var option in (Option[])[_prefix, _state, _ack, _verify, _fromStart, _doubles, _count])
            Add(option);
    }

    protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        var name = arguments.GetValue(_ack);
        if (name is not null && !ConsumerMessages.IsName(name))
            throw new CliException("--ack: 1 to 64 letters, digits, . _ -", ExitCode.Usage);

        var state = arguments.GetValue(_state);
        using var journal = OpenJournal(state);
        var consumer = new FleetConsumer(
            journal, name ?? "watchpost-consume", Certificates(arguments.GetValue(_verify)), arguments.GetValue(_fromStart), TimeProvider.System);

        var inbox = Channel.CreateUnbounded<MosquittoMessage>(new() { SingleReader = true });
        var clientId = $"consume-{name ?? Guid.NewGuid().ToString("N")[..8]}";
        var connection = _broker.Connection(arguments, clientId) with
        {
            CleanStart = state is null,
            SessionExpiry = state is null ? TimeSpan.Zero : TimeSpan.FromDays(1),
            ReceiveBuffer = 100_000,
        };
        var link = new MqttLink(
            new(() => connection, TimeSpan.FromSeconds(15), TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(2), null, null),
            TimeProvider.System, NullLogger<MqttLink>.Instance);
        link.HealthChanged += health => output.Note($"{health.Broker}: {health.State} {health.Reason}".TrimEnd());
        var prefix = arguments.GetValue(_prefix)!;
        link.Subscribe(prefix + "/cam/+/alert", 1, message => inbox.Writer.TryWrite(message));
        link.Subscribe(prefix + "/replay/result", 1, message => inbox.Writer.TryWrite(message));

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var connected = link.Run(stop.Token);
        var latencies = new List<double>();
        try
        {
            await Consume(arguments.GetValue(_count), name is not null);
        }
        catch (OperationCanceledException)
        {
            // Asked to stop: what it has is on disk.
        }

        await stop.CancelAsync();
        await connected;
        return Summarise();

        async Task Consume(long? count, bool acknowledge)
        {
            while (count is null || consumer.Alerts < count)
            {
                await WaitForMessage(inbox.Reader, stop.Token);
                var fresh = new List<ConsumedAlert>();
                for (var i = 0; i < MaxBatch && inbox.Reader.TryRead(out var message); i++)
                {
                    var doubles = consumer.Doubles;
                    if (consumer.Take(message) is { } alert)
                        fresh.Add(alert);
                    else if (arguments.GetValue(_doubles) && consumer.Doubles > doubles)
                        output.WriteLine(new { dropped = message.Topic }, $"double {message.Topic}");
                }

                // First the disk, then the deed, then the word.
                journal.Sync();
                foreach (var alert in fresh)
                {
                    output.WriteLine(alert.Body, $"{alert.Box} {alert.Seq} {alert.Id} {(string?)alert.Body["event_type"]} {(string?)alert.Body["camera"]}");
                    if (alert.IsFirstAttempt && latencies.Count < 1_000_000)
                        latencies.Add(alert.Latency.TotalMilliseconds);
                }

                foreach (var (topic, payload) in consumer.Say())
                {
                    if (acknowledge || !topic.EndsWith("/ack", StringComparison.Ordinal))
                        await Publish(link, topic, payload);
                }
            }
        }

        int Summarise()
        {
            latencies.Sort();
            double? At(double share) => latencies.Count == 0 ? null : Math.Round(latencies[(int)(share * (latencies.Count - 1))], 1);
            var summary = new
            {
                boxes = journal.Boxes.Count,
                alerts = consumer.Alerts,
                doubles = consumer.Doubles,
                missing = consumer.Missing,
                lost = consumer.Lost,
                refused = consumer.Refused,
                lastRefusal = consumer.LastRefusal,
                latencyMs = new { p50 = At(0.5), p95 = At(0.95), p99 = At(0.99) },
            };
            output.WriteLine(summary, string.Create(
                CultureInfo.InvariantCulture,
                $"{summary.boxes} boxes, {summary.alerts} alerts, {summary.doubles} doubles dropped, {summary.missing} missing, {summary.lost} lost, "
                + $"{summary.refused} refused; frame to here p50 {summary.latencyMs.p50} ms, p95 {summary.latencyMs.p95} ms, p99 {summary.latencyMs.p99} ms"));
            return consumer.Missing + consumer.Lost + consumer.Refused == 0 ? ExitCode.Done : ExitCode.Failed;
        }
    }

    private static ConsumerJournal OpenJournal(string? path)
    {
        try
        {
            return ConsumerJournal.Open(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or System.Text.Json.JsonException or KeyNotFoundException)
        {
            throw new CliException($"{path} cannot be used: {error.Message}");
        }
    }

    private static X509Certificate2Collection? Certificates(string? file)
    {
        if (file is null)
            return null;

        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPemFile(file);
            return certificates.Count > 0 ? certificates : throw new CliException($"{file} holds no certificate");
        }
        catch (Exception error) when (error is IOException or CryptographicException or UnauthorizedAccessException)
        {
            throw new CliException($"{file} cannot be read: {error.Message}");
        }
    }

    /// <summary>Until there is a message, or it is time to look at the gaps.</summary>
    private static async Task WaitForMessage(ChannelReader<MosquittoMessage> inbox, CancellationToken stopping)
    {
        using var tick = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        tick.CancelAfter(s_tick);
        try
        {
            await inbox.WaitToReadAsync(tick.Token);
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
        }
    }

    /// <summary>Says it if there is a connection; what is not said is sent again by the box, and said then.</summary>
    private static async Task Publish(MqttLink link, string topic, string payload)
    {
        if (link.Health.State != MqttState.Connected)
            return;

        using var patience = new CancellationTokenSource(s_tick);
        try
        {
            var message = new MqttMessage { Topic = topic };
            Encoding.UTF8.GetBytes(payload, message.Payload);
            _ = (await link.Session(patience.Token)).Publish(message);
        }
        catch (OperationCanceledException)
        {
        }
    }
}
