using System.Buffers.Binary;
using System.Security.Cryptography;
using Appliance.Store.Database;
using Microsoft.Win32.SafeHandles;

namespace Appliance.Store.Alerts;

/// <summary>What the sequence file says.</summary>
/// <param name="Database">The database it was written for.</param>
/// <param name="Committed">Highest number that was surely in it then.</param>
/// <param name="Highest">Highest number that may have been given.</param>
internal sealed record SequenceMark(Guid Database, long Committed, long Highest);

/// <summary>
/// The highest alert number outside the database, synced before each commit that uses a new one: a database that is lost or
/// restored from a backup never makes a number appear twice. Two slots written in turn, each with a checksum, so that a torn
/// write leaves the other.
/// </summary>
internal sealed class SequenceFile : IDisposable
{
    private const int SlotBytes = 512;
    private const int BodyBytes = 8 + 16 + 8 + 8;

    private readonly SafeFileHandle _file;
    private long _generation;

    private SequenceFile(SafeFileHandle file) => _file = file;

    /// <summary>Null until something was written, or when both slots are damaged.</summary>
    internal SequenceMark? Last { get; private set; }

    internal static SequenceFile Open(string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, "seq");
        if (!File.Exists(path))
        {
            DurableFile.Create(path).Dispose();
            DurableFile.SyncFolder(dataDirectory);
        }

        var sequence = new SequenceFile(File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.Read));
        sequence.Load();
        return sequence;
    }

    /// <summary>
    /// Where numbering goes on. A database that lacks numbers which were surely in it is an old copy; one that merely lacks the
    /// last batch was cut off before its commit, and those numbers were never seen by anyone.
    /// </summary>
    internal static long Resume(SequenceMark? mark, Guid database, long lastInDatabase)
    {
        if (mark is null)
            return lastInDatabase;
        var isWhole = mark.Database == database && lastInDatabase >= mark.Committed;
        return isWhole ? lastInDatabase : Math.Max(lastInDatabase, mark.Highest);
    }

    /// <summary>Returns when it is on the disk.</summary>
    internal void Write(SequenceMark mark)
    {
        Span<byte> slot = stackalloc byte[BodyBytes + 32];
        BinaryPrimitives.WriteInt64LittleEndian(slot, _generation + 1);
        mark.Database.TryWriteBytes(slot[8..]);
        BinaryPrimitives.WriteInt64LittleEndian(slot[24..], mark.Committed);
        BinaryPrimitives.WriteInt64LittleEndian(slot[32..], mark.Highest);
        SHA256.HashData(slot[..BodyBytes], slot[BodyBytes..]);
        RandomAccess.Write(_file, slot, (_generation + 1) % 2 * SlotBytes);
        RandomAccess.FlushToDisk(_file);
        _generation++;
        Last = mark;
    }

    public void Dispose() => _file.Dispose();

    private void Load()
    {
        Span<byte> slot = stackalloc byte[BodyBytes + 32];
        Span<byte> sum = stackalloc byte[32];
        for (var i = 0; i < 2; i++)
        {
            if (RandomAccess.Read(_file, slot, i * SlotBytes) < slot.Length)
                continue;
            SHA256.HashData(slot[..BodyBytes], sum);
            var generation = BinaryPrimitives.ReadInt64LittleEndian(slot);
            if (!sum.SequenceEqual(slot[BodyBytes..]) || generation <= _generation)
                continue;
            _generation = generation;
            Last = new(
                new(slot.Slice(8, 16)), BinaryPrimitives.ReadInt64LittleEndian(slot[24..]), BinaryPrimitives.ReadInt64LittleEndian(slot[32..]));
        }
    }
}
