using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.RegularExpressions;
using Appliance.Core.Alerts;

namespace Appliance.Delivery.Mqtt.Consumers;

/// <summary>A consumer asks for stored alerts again.</summary>
public sealed record ReplayRequest(string Consumer, SeqRange Range);

/// <summary>
/// What consumers say to a box, read strictly: anyone who may publish to its topics can send anything. Contracts:
/// <c>mqtt-schemas/native/ack.schema.json</c> and <c>replay.schema.json</c>.
/// </summary>
public static partial class ConsumerMessages
{
    /// <summary>Bytes of the longest message that is looked at.</summary>
    public const int MaxBytes = 16 * 1024;

    /// <summary>Ranges of one acknowledgement.</summary>
    public const int MaxRanges = 500;

    /// <summary>Numbers of one replay.</summary>
    public const int MaxReplay = 10_000;

    private static readonly JsonDocumentOptions s_strict = new() { AllowDuplicateProperties = false, MaxDepth = 4 };

    /// <summary>Whether a consumer may call itself so: 1 to 64 of A-Z a-z 0-9 . _ -.</summary>
    public static bool IsName(string? name) => name is not null && Name().IsMatch(name);

    /// <summary>Reads <c>{consumer, seq}</c> or <c>{consumer, ranges:[[first,last],…]}</c>.</summary>
    public static bool TryReadAck(
        ReadOnlyMemory<byte> payload, [NotNullWhen(true)] out Acknowledgement? message, [NotNullWhen(false)] out string? reason)
    {
        message = null;
        if (!TryOpen(payload, out var document, out reason))
            return false;

        using (document)
        {
            var root = document.RootElement;
            if (!TryConsumer(root, out var consumer, out reason))
                return false;

            List<SeqRange>? ranges = null;
            reason = "an acknowledgement has consumer and either seq or ranges, all from 1 on";
            if (root.GetPropertyCount() != 2)
                return false;
            if (root.TryGetProperty("seq", out var seq))
                ranges = TryNumber(seq, out var number) ? [new(number, number)] : null;
            else if (root.TryGetProperty("ranges", out var list))
                ranges = ReadRanges(list);
            if (ranges is null)
                return false;

            (message, reason) = (new(consumer, ranges), null);
            return true;
        }
    }

    /// <summary>Reads <c>{consumer, from, to}</c>.</summary>
    public static bool TryReadReplay(
        ReadOnlyMemory<byte> payload, [NotNullWhen(true)] out ReplayRequest? message, [NotNullWhen(false)] out string? reason)
    {
        message = null;
        if (!TryOpen(payload, out var document, out reason))
            return false;

        using (document)
        {
            var root = document.RootElement;
            if (!TryConsumer(root, out var consumer, out reason))
                return false;

            reason = $"a replay has consumer, from and to, at most {MaxReplay} numbers from 1 on";
            if (root.GetPropertyCount() != 3
                || !root.TryGetProperty("from", out var from) || !TryNumber(from, out var first)
                || !root.TryGetProperty("to", out var to) || !TryNumber(to, out var last))
                return false;

            var range = new SeqRange(first, last);
            if (!range.IsValid || range.Count > MaxReplay)
                return false;

            (message, reason) = (new(consumer, range), null);
            return true;
        }
    }

    private static bool TryOpen(
        ReadOnlyMemory<byte> payload, [NotNullWhen(true)] out JsonDocument? document, [NotNullWhen(false)] out string? reason)
    {
        (document, reason) = (null, null);
        if (payload.Length > MaxBytes)
        {
            reason = $"longer than {MaxBytes} bytes";
            return false;
        }

        try
        {
            document = JsonDocument.Parse(payload, s_strict);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return true;

            document.Dispose();
            reason = "not a JSON object";
            return false;
        }
        catch (JsonException)
        {
            reason = "not JSON";
            return false;
        }
    }

    private static bool TryConsumer(JsonElement root, out string consumer, [NotNullWhen(false)] out string? reason)
    {
        var named = root.TryGetProperty("consumer", out var name) && name.ValueKind == JsonValueKind.String;
        consumer = named ? name.GetString()! : "";
        reason = named && Name().IsMatch(consumer) ? null : "consumer must be 1 to 64 of A-Z a-z 0-9 . _ -";
        return reason is null;
    }

    private static List<SeqRange>? ReadRanges(JsonElement list)
    {
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 or > MaxRanges)
            return null;

        var ranges = new List<SeqRange>(list.GetArrayLength());
        foreach (var pair in list.EnumerateArray())
        {
            if (pair.ValueKind != JsonValueKind.Array || pair.GetArrayLength() != 2
                || !TryNumber(pair[0], out var first) || !TryNumber(pair[1], out var last) || last < first)
                return null;
            ranges.Add(new(first, last));
        }

        return ranges;
    }

    private static bool TryNumber(JsonElement json, out long number)
    {
        number = 0;
        return json.ValueKind == JsonValueKind.Number && json.TryGetInt64(out number) && number is >= 1 and <= SeqRange.Largest;
    }

    [GeneratedRegex(@"^[A-Za-z0-9._-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
