using System.Text.Json;

namespace Appliance.Delivery.Sparkplug;

/// <summary>What a broker says about the primary host.</summary>
public enum HostState
{
    /// <summary>Nothing yet in this session.</summary>
    Unknown,

    Online,

    Offline,
}

/// <summary>
/// Follows the STATE messages of the primary host on one broker. Messages of an earlier session of the host may arrive late (its Will
/// does, after a lost connection): each carries the time its session began, and an older one changes nothing. Not thread-safe.
/// </summary>
internal sealed class PrimaryHost(string host)
{
    private long? _latest;

    public string Topic { get; } = SparkplugTopics.State(host);

    public HostState State { get; private set; }

    /// <summary>A new session of ours: what counts is what the broker says now, but not less than what is known of times.</summary>
    public void BeginSession() => State = HostState.Unknown;

    /// <summary>Takes a message of any topic; false: it is not about this host, not valid, or stale.</summary>
    public bool Take(string topic, ReadOnlySpan<byte> payload)
    {
        if (topic != Topic || !TryRead(payload, out var online, out var timestamp) || timestamp < _latest)
            return false;

        _latest = timestamp;
        State = online ? HostState.Online : HostState.Offline;
        return true;
    }

    private static bool TryRead(ReadOnlySpan<byte> payload, out bool online, out long timestamp)
    {
        (online, timestamp) = (false, 0);
        try
        {
            var reader = new Utf8JsonReader(payload);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object
                || !root.TryGetProperty("online", out var word) || word.ValueKind is not (JsonValueKind.True or JsonValueKind.False)
                || !root.TryGetProperty("timestamp", out var number) || number.ValueKind != JsonValueKind.Number)
            {
                return false;
            }

            online = word.GetBoolean();
            return number.TryGetInt64(out timestamp);
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
