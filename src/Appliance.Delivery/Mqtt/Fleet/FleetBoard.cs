using System.Text.Json;
using Appliance.Native.Mosquitto;

namespace Appliance.Delivery.Mqtt.Fleet;

/// <summary>
/// What is known of the boxes of a site, from their retained topics. Everything comes from outside: strictly read, bounded in
/// number and size. Thread-safe.
/// </summary>
public sealed class FleetBoard
{
    /// <summary>Boxes that are remembered; more are counted and left out.</summary>
    public const int MostBoxes = 10_000;

    private const int LargestInfo = 4096;
    private const string Available = "available";
    private const string Info = "info";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, FleetBox> _boxes = new(StringComparer.Ordinal);
    private readonly string _base;
    private readonly TimeProvider _clock;
    private long _leftOut;
    private long _unreadable;

    /// <param name="prefix">Topic prefix of this box: what is before its last part is the site's.</param>
    /// <param name="clock">Time.</param>
    public FleetBoard(string prefix, TimeProvider clock)
    {
        var last = prefix.LastIndexOf('/');
        (_base, _clock) = (last < 0 ? "" : prefix[..(last + 1)], clock);
    }

    /// <summary>Topics that it wants.</summary>
    public IReadOnlyList<string> Filters => [$"{_base}+/{Available}", $"{_base}+/{Info}"];

    /// <summary>All boxes by serial number, ourselves included.</summary>
    public IReadOnlyList<FleetBox> Boxes
    {
        get
        {
            lock (_lock)
                return [.. _boxes.Values.OrderBy(box => box.Serial, StringComparer.Ordinal)];
        }
    }

    /// <summary>Messages of boxes beyond <see cref="MostBoxes"/>.</summary>
    public long LeftOut => Interlocked.Read(ref _leftOut);

    /// <summary>Messages that were not understood.</summary>
    public long Unreadable => Interlocked.Read(ref _unreadable);

    public void Take(MosquittoMessage message)
    {
        if (Split(message.Topic) is not var (serial, leaf))
            return;

        lock (_lock)
        {
            var known = _boxes.GetValueOrDefault(serial);
            if (message.Payload.Length == 0)
            {
                // Somebody tidied up behind a box that is gone.
                if (leaf == Available)
                    _boxes.Remove(serial);
                return;
            }

            if (known is null && _boxes.Count >= MostBoxes)
            {
                Interlocked.Increment(ref _leftOut);
                return;
            }

            var now = _clock.GetUtcNow();
            known ??= new(serial, null, "", "", "", 0, 0, 0, 0, "", now);
            if ((leaf == Available ? ReadAvailable(known, message.Payload) : ReadInfo(known, message.Payload)) is { } fresh)
                _boxes[serial] = fresh with { LastSeen = now };
            else
                Interlocked.Increment(ref _unreadable);
        }
    }

    private static FleetBox? ReadAvailable(FleetBox box, ReadOnlySpan<byte> payload) =>
        payload.SequenceEqual("online"u8) ? box with { Online = true }
        : payload.SequenceEqual("offline"u8) ? box with { Online = false }
        : null;

    private static FleetBox? ReadInfo(FleetBox box, byte[] payload)
    {
        if (payload.Length > LargestInfo)
            return null;

        try
        {
            using var json = JsonDocument.Parse(payload, new JsonDocumentOptions { MaxDepth = 4 });
            var root = json.RootElement;
            var status = Text(root, "status", 16);
            return Text(root, "serial", 32) == box.Serial && status is "ok" or "degraded" or "failed"
                ? box with
                {
                    Name = Text(root, "name", 100),
                    Version = Text(root, "version", 64),
                    Status = status,
                    Faults = Number(root, "faults"),
                    Cameras = Number(root, "cameras"),
                    CamerasOnline = Number(root, "cameras_online"),
                    AlertsOpen = Number(root, "alerts_open"),
                    Address = Text(root, "address", 64),
                }
                : null;
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    /// <exception cref="FormatException">Longer than it may be, or not printable.</exception>
    private static string Text(JsonElement root, string name, int longest)
    {
        var text = root.GetProperty(name).GetString() ?? throw new FormatException();
        return text.Length <= longest && !text.Any(char.IsControl) ? text : throw new FormatException();
    }

    private static int Number(JsonElement root, string name) =>
        root.GetProperty(name).GetInt32() is >= 0 and var number ? number : throw new FormatException();

    private (string Serial, string Leaf)? Split(string topic)
    {
        if (!topic.StartsWith(_base, StringComparison.Ordinal))
            return null;

        var rest = topic[_base.Length..].Split('/');
        return rest is [var serial, Available or Info]
            && serial.Length is >= 1 and <= 32 && serial.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
                ? (serial, rest[1])
                : null;
    }
}
