using System.Text.Json;
using System.Threading.Channels;
using Appliance.Core;
using Appliance.Core.Evidence.Anchoring;
using Appliance.Delivery.Mqtt;
using Appliance.Native.Mosquitto;
using Microsoft.Extensions.Logging;

namespace Appliance.Delivery.Anchoring;

/// <summary>
/// The companion over the site's broker. A header is said once a session and again with growing pauses until its receipt comes; other
/// things count as sent when the broker has them, because the companion's session there is a lasting one.
/// </summary>
internal sealed class MqttAnchor : AnchorWay
{
    public const string WayName = "mqtt";

    private const int MaxPayload = AnchorReceipt.MaxLength + 200;
    private const int MaxPerWrite = 100;
    private static readonly TimeSpan s_firstRepeat = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan s_longestRepeat = TimeSpan.FromHours(1);
    private static readonly TimeSpan s_gone = TimeSpan.FromSeconds(1);
    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false, MaxDepth = 16 };

    private readonly MqttLink _link;
    private readonly string _prefix;
    private readonly BackOff _repeats = new(s_firstRepeat, s_longestRepeat);

    // What finds no room is not lost: its header is said again and answered again.
    private readonly Channel<Answer> _answers = Channel.CreateBounded<Answer>(
        new BoundedChannelOptions(1000) { SingleReader = true, FullMode = BoundedChannelFullMode.DropWrite });

    private MqttSession? _session;
    private long _said;
    private long _repeatFrom;
    private TimeSpan _repeatAfter;

    public MqttAnchor(MqttLink link, string prefix, IAnchorSource source, TimeProvider clock, ILogger logger)
        : base(WayName, source, clock, logger)
    {
        (_link, _prefix) = (link, prefix + "/evidence/");
        Begin();
        link.Subscribe(_prefix + "receipt", 1, message => Hear(message, TryReadReceipt));
        link.Subscribe(_prefix + "refused", 1, message => Hear(message, TryReadRefusal));
    }

    public override Task Run(CancellationToken stopping) => Task.WhenAll(base.Run(stopping), TakeAnswers(stopping));

    protected override async Task<TimeSpan?> Round(CancellationToken stopping)
    {
        var session = await _link.Session(stopping).ConfigureAwait(false);
        if (session != _session)
        {
            _session = session;
            session.Ended.Register(Wake);
            // A line that comes and goes is no reason to say all of it each time.
            if (Clock.GetElapsedTime(_repeatFrom) >= s_firstRepeat)
                Begin();
        }

        try
        {
            await SayKeys(session, stopping).ConfigureAwait(false);
            await SayBatches(session, stopping).ConfigureAwait(false);
            await HandOver(session, AnchorKind.Critical, "critical", stopping).ConfigureAwait(false);
            await HandOver(session, AnchorKind.Watchlist, "watchlist", stopping).ConfigureAwait(false);
            await HandOver(session, AnchorKind.Update, "update", stopping).ConfigureAwait(false);
        }
        catch (MqttSessionEndedException)
        {
            return s_gone;
        }

        var waits = (await Source.Batches(0, 1, stopping).ConfigureAwait(false)).Count > 0;
        var left = _repeatAfter - Clock.GetElapsedTime(_repeatFrom);
        return !waits ? null : left > TimeSpan.Zero ? left : TimeSpan.Zero;
    }

    private async Task SayBatches(MqttSession session, CancellationToken stopping)
    {
        if (MustStartOver() || Clock.GetElapsedTime(_repeatFrom) >= _repeatAfter)
            Begin();
        while (await Source.Batches(_said, PageSize, stopping).ConfigureAwait(false) is { Count: > 0 } page)
        {
            await SayKeys(session, stopping).ConfigureAwait(false);
            await Say(session, "batch", page).ConfigureAwait(false);
            _said = page[^1].Position;
        }
    }

    /// <summary>Before each page that is signed: a key that signed some of it is older than the page.</summary>
    private Task SayKeys(MqttSession session, CancellationToken stopping) => HandOver(session, AnchorKind.Key, "key", stopping);

    private async Task HandOver(MqttSession session, AnchorKind kind, string topic, CancellationToken stopping)
    {
        while (await Source.Waiting(kind, Name, PageSize, stopping).ConfigureAwait(false) is { Count: > 0 } page)
        {
            if (kind != AnchorKind.Key)
                await SayKeys(session, stopping).ConfigureAwait(false);
            await Say(session, topic, page).ConfigureAwait(false);
            await Source.Sent(Name, page, [], stopping).ConfigureAwait(false);
        }
    }

    private async Task Say(MqttSession session, string topic, IReadOnlyList<AnchorElement> page)
    {
        var answers = new List<Task<MosquittoAck>>(page.Count);
        var message = new MqttMessage();
        foreach (var element in page)
        {
            message.Clear();
            message.Topic = _prefix + topic;
            message.ContentType = "application/json";
            element.Json.CopyTo(message.Payload.GetSpan(element.Json.Length));
            message.Payload.Advance(element.Json.Length);
            answers.Add(session.Publish(message));
        }

        foreach (var ack in await Task.WhenAll(answers).ConfigureAwait(false))
        {
            if (!ack.IsRefused)
                continue;
            _link.ReportRefused(_prefix + topic, ack.Reason);
            throw new AnchorException($"the broker refuses {_prefix}{topic}: {ack.Reason}");
        }

        _link.ReportAccepted(_prefix + topic);
        CountSent(page.Count);
    }

    /// <summary>On the connection's thread: only reads and queues.</summary>
    private void Hear(MosquittoMessage message, Func<JsonElement, Answer?> read)
    {
        if (message.Retain)
        {
            Unusable($"{message.Topic} was retained");
            return;
        }

        try
        {
            if (message.Payload.Length > MaxPayload)
                throw new JsonException("it is too long");
            using var json = JsonDocument.Parse(message.Payload, s_strict);
            if (json.RootElement.ValueKind == JsonValueKind.Object && read(json.RootElement) is { } answer)
                _answers.Writer.TryWrite(answer);
            else
                Unusable($"{message.Topic}: a member is missing or has another type");
        }
        catch (JsonException error)
        {
            Unusable($"{message.Topic}: {error.Message}");
        }
    }

    private static Answer? TryReadReceipt(JsonElement json) =>
        Seq(json) is { } seq && json.TryGetProperty("receipt", out var receipt) && receipt.ValueKind == JsonValueKind.Object
            ? new(seq, System.Text.Encoding.UTF8.GetBytes(receipt.GetRawText()), null, "")
            : null;

    private static Answer? TryReadRefusal(JsonElement json) =>
        json.TryGetProperty("error", out var error) && error.ValueKind == JsonValueKind.String
            ? new(
                Seq(json) ?? 0, null, error.GetString(),
                json.TryGetProperty("detail", out var detail) && detail.ValueKind == JsonValueKind.String ? detail.GetString()! : "")
            : null;

    private static long? Seq(JsonElement json) =>
        json.TryGetProperty("seq", out var seq) && seq.ValueKind == JsonValueKind.Number && seq.TryGetInt64(out var number) && number > 0 ? number : null;

    private async Task TakeAnswers(CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                await _answers.Reader.WaitToReadAsync(stopping).ConfigureAwait(false);
                await TakeSome(stopping).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                // A disk that refuses: the headers keep waiting, and are answered again.
                Logger.AnchoringInterrupted(Name, s_firstRepeat, error);
                await Task.Delay(s_firstRepeat, Clock, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task TakeSome(CancellationToken stopping)
    {
        var answers = new List<Answer>();
        while (answers.Count < MaxPerWrite && _answers.Reader.TryRead(out var answer))
            answers.Add(answer);

        var receipts = answers.Where(answer => answer.Receipt is not null).Select(answer => (answer.Seq, answer.Receipt!)).ToList();
        if (receipts.Count > 0)
        {
            await Take(receipts, stopping).ConfigureAwait(false);
            _repeats.Reset();
        }

        var now = Clock.GetUtcNow();
        foreach (var unknown in answers.Where(answer => answer.Seq == 0))
            Unusable($"something that is no batch was refused: {unknown.Error} {unknown.Detail}");
        var refused = answers.Where(answer => answer.Error is not null && answer.Seq > 0)
            .Select(answer => new AnchorRefusal(AnchorKind.Batch, answer.Seq, $"batch {answer.Seq}", answer.Error!, answer.Detail, now)).ToList();
        Tell(refused);
        if (refused.Count > 0)
            await Source.Refuse(refused, stopping).ConfigureAwait(false);
    }

    private void Begin() => (_said, _repeatFrom, _repeatAfter) = (0, Clock.GetTimestamp(), _repeats.Next());

    /// <summary>Of the companion to one header: a receipt or an error. Number 0: about something else.</summary>
    private sealed record Answer(long Seq, byte[]? Receipt, string? Error, string Detail);
}
