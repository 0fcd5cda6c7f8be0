using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Appliance.Core.Alerts;
using Microsoft.Win32.SafeHandles;

namespace Appliance.Daemon.Cli.Consume;

/// <summary>
/// What a consumer has, on its disk: one JSON line per alert, appended and synced before the alert is acknowledged. What it did
/// with an alert and that it has it must be one write, or a crash in between loses or doubles; here the line is both. A file that
/// grew large is written anew as one line per box. Not thread-safe.
/// </summary>
internal sealed class ConsumerJournal : IDisposable
{
    private const long CompactAt = 64 << 20;

    private readonly Dictionary<string, SeqLedger> _boxes = [];
    private readonly MemoryStream _pending = new();
    private readonly SafeFileHandle? _file;
    private long _length;

    private ConsumerJournal(SafeFileHandle? file) => _file = file;

    /// <summary>The ledger of each box, by its topic prefix.</summary>
    public IReadOnlyDictionary<string, SeqLedger> Boxes => _boxes;

    /// <param name="path">Null: nothing is kept, for looking only.</param>
    /// <exception cref="IOException">The file cannot be used, or another consumer uses it.</exception>
    public static ConsumerJournal Open(string? path)
    {
        if (path is null)
            return new(null);

        if (new FileInfo(path) is { Exists: true, Length: > CompactAt })
            Compact(path);
        var journal = new ConsumerJournal(File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read));
        journal.Load();
        return journal;
    }

    /// <summary>A box heard of for the first time: everything up to <paramref name="high"/> is not asked for.</summary>
    public SeqLedger Begin(string box, long high)
    {
        var ledger = new SeqLedger(high);
        _boxes.Add(box, ledger);
        Write(new() { Box = box, High = high });
        return ledger;
    }

    /// <summary>Takes an alert; false: it is a double. Durable after <see cref="Sync"/>.</summary>
    public bool Add(string box, long seq, string id)
    {
        if (!_boxes[box].Add(seq))
            return false;
        Write(new() { Box = box, Seq = seq, Id = id });
        return true;
    }

    /// <summary>The box does not have these any more: nobody waits for them; returns how many were missing until now.</summary>
    public long GiveUp(string box, SeqRange range)
    {
        var lost = _boxes[box].Add(range);
        if (lost > 0)
            Write(new() { Box = box, Lost = [range.First, range.Last] });
        return lost;
    }

    /// <summary>Returns when everything added is on the disk.</summary>
    public void Sync()
    {
        if (_file is null || _pending.Length == 0)
            return;
        RandomAccess.Write(_file, _pending.GetBuffer().AsSpan(0, (int)_pending.Length), _length);
        RandomAccess.FlushToDisk(_file);
        _length += _pending.Length;
        _pending.SetLength(0);
    }

    public void Dispose() => _file?.Dispose();

    private static void Compact(string path)
    {
        using var old = new ConsumerJournal(File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None));
        old.Load();
        var part = path + ".part";
        using (var file = File.OpenHandle(part, FileMode.Create, FileAccess.ReadWrite))
        {
            using var fresh = new ConsumerJournal(file);
            foreach (var (box, ledger) in old._boxes)
                fresh.Write(new() { Box = box, High = ledger.High, Beyond = [.. ledger.Beyond.Select(range => new[] { range.First, range.Last })] });
            fresh.Sync();
        }

        File.Move(part, path, overwrite: true);
    }

    private void Write(JournalLine line)
    {
        if (_file is null)
            return;
        JsonSerializer.Serialize(_pending, line, JournalJson.Default.JournalLine);
        _pending.WriteByte((byte)'\n');
    }

    private void Load()
    {
        var bytes = new byte[RandomAccess.GetLength(_file!)];
        RandomAccess.Read(_file!, bytes, 0);
        var rest = bytes.AsSpan();
        // A line without its end was cut off by a crash: it was never acknowledged, so it comes again.
        for (var end = rest.IndexOf((byte)'\n'); end >= 0; end = rest.IndexOf((byte)'\n'))
        {
            Take(JsonSerializer.Deserialize(rest[..end], JournalJson.Default.JournalLine)!);
            rest = rest[(end + 1)..];
            _length += end + 1;
        }

        RandomAccess.SetLength(_file!, _length);
    }

    private void Take(JournalLine line)
    {
        if (line.High is { } high)
            _boxes[line.Box] = new(high, (line.Beyond ?? []).Select(range => new SeqRange(range[0], range[1])));
        else if (line.Lost is { } lost)
            _boxes[line.Box].Add(new SeqRange(lost[0], lost[1]));
        else
            _boxes[line.Box].Add(line.Seq);
    }
}

/// <summary>One line: an alert (seq, id), numbers that are lost, or where a box begins (high, beyond).</summary>
internal sealed record JournalLine
{
    public required string Box { get; init; }

    public long Seq { get; init; }

    public string? Id { get; init; }

    public long[]? Lost { get; init; }

    public long? High { get; init; }

    public long[][]? Beyond { get; init; }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(JournalLine))]
internal sealed partial class JournalJson : JsonSerializerContext;
