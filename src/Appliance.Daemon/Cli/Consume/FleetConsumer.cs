using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Appliance.Core.Alerts;
using Appliance.Native.Mosquitto;
using Watchpost.Verify;

namespace Appliance.Daemon.Cli.Consume;

/// <summary>An alert seen for the first time.</summary>
internal sealed record ConsumedAlert(string Box, long Seq, string Id, JsonObject Body, TimeSpan Latency, bool IsFirstAttempt);

/// <summary>How a consumer must behave, without the connection: what it does with each message, and what it then has to say.</summary>
/// <param name="journal">What it has.</param>
/// <param name="name">What it calls itself.</param>
/// <param name="trusted">Certificates of the boxes; null = signatures are not looked at.</param>
/// <param name="fromStart">Whether a box heard of for the first time is asked for all that it still has.</param>
/// <param name="clock">Time.</param>
internal sealed class FleetConsumer(
    ConsumerJournal journal, string name, X509Certificate2Collection? trusted, bool fromStart, TimeProvider clock)
{
    private const int MaxReplay = 10_000;

    // What is on its way closes most gaps by itself; a box that does not answer is asked again, ever more seldom.
    private static readonly TimeSpan s_firstAsk = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestAsk = TimeSpan.FromMinutes(1);

    private readonly Dictionary<string, SeqLedger> _toAcknowledge = [];
    private readonly Dictionary<string, (long Gap, long At, TimeSpan Pause)> _asked = [];

    public long Alerts { get; private set; }

    public long Doubles { get; private set; }

    public long Lost { get; private set; }

    public long Refused { get; private set; }

    public string? LastRefusal { get; private set; }

    /// <summary>Numbers that boxes gave and that are not here yet.</summary>
    public long Missing => journal.Boxes.Values.Sum(ledger => ledger.Missing);

    /// <summary>Takes a message; an alert that is new comes back. Nothing may be done with it before <see cref="ConsumerJournal.Sync"/>.</summary>
    public ConsumedAlert? Take(MosquittoMessage message)
    {
        try
        {
            if (message.Topic.EndsWith("/replay/result", StringComparison.Ordinal))
            {
                TakeResult(message.Topic[..^"/replay/result".Length], JsonNode.Parse(message.Payload)!);
                return null;
            }

            // Alerts are never retained: who finds one so was sent it by somebody else.
            var at = message.Topic.LastIndexOf("/cam/", StringComparison.Ordinal);
            return at < 0 || message.Retain ? null : TakeAlert(message.Topic[..at], message);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException or CryptographicException or NullReferenceException)
        {
            Refused++;
            LastRefusal = $"{message.Topic}: {error.Message}";
            return null;
        }
    }

    /// <summary>What to publish after <see cref="ConsumerJournal.Sync"/>: acknowledgements, and replays of gaps that do not close.</summary>
    public IEnumerable<(string Topic, string Payload)> Say()
    {
        foreach (var (box, ledger) in _toAcknowledge)
        {
            var ranges = ledger.High > 0 ? ledger.Beyond.Prepend(new(1, ledger.High)) : ledger.Beyond;
            foreach (var some in ranges.Chunk(200))
                yield return (box + "/ack", $$"""{"consumer":"{{name}}","ranges":[{{string.Join(',', some.Select(range => $"[{range.First},{range.Last}]"))}}]}""");
        }

        _toAcknowledge.Clear();
        foreach (var (box, ledger) in journal.Boxes)
        {
            if (DueGap(box, ledger) is { } gap)
                yield return (box + "/replay", $$"""{"consumer":"{{name}}","from":{{gap.First}},"to":{{Math.Min(gap.Last, gap.First + MaxReplay - 1)}}}""");
        }
    }

    private ConsumedAlert? TakeAlert(string box, MosquittoMessage message)
    {
        var text = Encoding.UTF8.GetString(message.Payload);
        JsonObject body;
        if (trusted is null)
        {
            body = JsonNode.Parse(text)!.AsObject();
        }
        else
        {
            (var serial, body) = AlertVerifier.Verify(text, trusted);
            // A good signature of another box is no word of this one.
            if (box.Split('/')[^1] != serial)
                throw new CryptographicException($"signed by {serial}");
        }

        var (seq, id) = ((long)body["seq"]!, (string)body["id"]!);
        if (!journal.Boxes.ContainsKey(box))
            journal.Begin(box, fromStart ? 0 : seq - 1);
        // A double is acknowledged too: perhaps the box missed it the first time.
        if (!_toAcknowledge.TryGetValue(box, out var acknowledged))
            _toAcknowledge[box] = acknowledged = new();
        acknowledged.Add(seq);
        if (!journal.Add(box, seq, id))
        {
            Doubles++;
            return null;
        }

        Alerts++;
        var first = message.UserProperties.All(property => property.Key != "attempt");
        return new(box, seq, id, body, clock.GetUtcNow() - DateTimeOffset.Parse((string)body["utc"]!, null), first);
    }

    private void TakeResult(string box, JsonNode result)
    {
        if ((string?)result["consumer"] != name || !journal.Boxes.ContainsKey(box))
            return;
        foreach (var gone in result["gone"]!.AsArray())
            Lost += journal.GiveUp(box, new((long)gone![0]!, (long)gone[1]!));
    }

    private SeqRange? DueGap(string box, SeqLedger ledger)
    {
        if (ledger.Missing == 0)
        {
            _asked.Remove(box);
            return null;
        }

        var (gap, now) = (ledger.Gaps().First(), clock.GetTimestamp());
        if (!_asked.TryGetValue(box, out var asked) || asked.Gap != gap.First)
        {
            _asked[box] = (gap.First, now, s_firstAsk);
            return null;
        }

        if (clock.GetElapsedTime(asked.At, now) < asked.Pause)
            return null;
        _asked[box] = (gap.First, now, asked.Pause * 2 < s_longestAsk ? asked.Pause * 2 : s_longestAsk);
        return gap;
    }
}
