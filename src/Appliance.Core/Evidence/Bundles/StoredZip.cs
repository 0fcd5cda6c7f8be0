using System.Buffers.Binary;
using System.Text;

namespace Appliance.Core.Evidence.Bundles;

/// <summary>
/// A ZIP in one fixed form (APPNOTE 6.3.3): entries stored, no extra fields, no comments, every time 1980-01-01, central directory last.
/// Any program opens it; and because the form is fixed, the same entries give the same bytes, so that a bit changed anywhere
/// (also in a header that no program looks at) is found.
/// </summary>
public static class StoredZip
{
    private const uint LocalMark = 0x04034b50;
    private const uint CentralMark = 0x02014b50;
    private const uint EndMark = 0x06054b50;
    private const int LocalBytes = 30;
    private const ushort Utf8Names = 0x0800;
    private const ushort FirstDay = 0x0021;

    private static readonly uint[] s_crc = [.. Enumerable.Range(0, 256).Select(i =>
    {
        var crc = (uint)i;
        for (var bit = 0; bit < 8; bit++)
            crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xedb88320 : crc >> 1;
        return crc;
    })];

    public static byte[] Write(IReadOnlyList<BundleEntry> entries)
    {
        using var zip = new MemoryStream();
        var offsets = new List<int>(entries.Count);
        foreach (var entry in entries)
        {
            offsets.Add((int)zip.Length);
            zip.Write(Local(entry));
            zip.Write(entry.Content);
        }

        zip.Write(Directory(entries, offsets));
        return zip.ToArray();
    }

    /// <summary>Reads a ZIP of this form; what does not fit it is told in <paramref name="faults"/>, as far as entries can be found the reading goes on.</summary>
    public static IReadOnlyList<BundleEntry> Read(byte[] zip, out IReadOnlyList<string> faults)
    {
        var entries = new List<BundleEntry>();
        var offsets = new List<int>();
        var found = new List<string>();
        faults = found;
        var at = 0;
        while (at + 4 <= zip.Length && BinaryPrimitives.ReadUInt32LittleEndian(zip.AsSpan(at)) != CentralMark)
        {
            var place = entries.Count == 0 ? "at the beginning" : $"after {entries[^1].Name}";
            if (at + LocalBytes > zip.Length || BinaryPrimitives.ReadUInt32LittleEndian(zip.AsSpan(at)) != LocalMark)
            {
                found.Add($"the ZIP header {place} (byte {at}) was changed, or the file is cut off");
                return entries;
            }

            var nameLength = BinaryPrimitives.ReadUInt16LittleEndian(zip.AsSpan(at + 26));
            var size = BinaryPrimitives.ReadUInt32LittleEndian(zip.AsSpan(at + 18));
            if (at + LocalBytes + (long)nameLength + size > zip.Length)
            {
                found.Add($"the ZIP header {place} (byte {at}) was changed, or the file is cut off: it tells of more bytes than there are");
                return entries;
            }

            var name = Encoding.UTF8.GetString(zip, at + LocalBytes, nameLength);
            var entry = new BundleEntry(name, zip[(at + LocalBytes + nameLength)..(at + LocalBytes + nameLength + (int)size)]);
            var header = Local(entry);
            if (header.Length != LocalBytes + nameLength || !header.AsSpan().SequenceEqual(zip.AsSpan(at, header.Length)))
                found.Add($"the ZIP header of {Printable(name)} (byte {at}) does not fit its content: one of both was changed");
            offsets.Add(at);
            entries.Add(entry);
            at += LocalBytes + nameLength + (int)size;
        }

        var directory = Directory(entries, offsets);
        if (!directory.AsSpan().SequenceEqual(zip.AsSpan(Math.Min(at, zip.Length))))
            found.Add($"the directory at the end of the ZIP (from byte {at}) was changed or is cut off");
        if (entries.Select(entry => entry.Name).Distinct().Count() != entries.Count)
            found.Add("the ZIP holds a file twice");
        return entries;
    }

    private static byte[] Local(BundleEntry entry)
    {
        var name = Encoding.UTF8.GetBytes(entry.Name);
        var header = new byte[LocalBytes + name.Length];
        BinaryPrimitives.WriteUInt32LittleEndian(header, LocalMark);
        Common(header.AsSpan(4), entry, name);
        name.CopyTo(header, LocalBytes);
        return header;
    }

    private static byte[] Directory(IReadOnlyList<BundleEntry> entries, IReadOnlyList<int> offsets)
    {
        using var all = new MemoryStream();
        for (var i = 0; i < entries.Count; i++)
        {
            var name = Encoding.UTF8.GetBytes(entries[i].Name);
            var header = new byte[46 + name.Length];
            BinaryPrimitives.WriteUInt32LittleEndian(header, CentralMark);
            BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(4), 20);
            Common(header.AsSpan(6), entries[i], name);
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(42), (uint)offsets[i]);
            name.CopyTo(header, 46);
            all.Write(header);
        }

        var start = entries.Count == 0 ? 0 : offsets[^1] + LocalBytes + Encoding.UTF8.GetByteCount(entries[^1].Name) + entries[^1].Content.Length;
        var end = new byte[22];
        BinaryPrimitives.WriteUInt32LittleEndian(end, EndMark);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(8), (ushort)entries.Count);
        BinaryPrimitives.WriteUInt16LittleEndian(end.AsSpan(10), (ushort)entries.Count);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(12), (uint)all.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(end.AsSpan(16), (uint)start);
        all.Write(end);
        return all.ToArray();
    }

    /// <summary>What local and central headers share: version, flags, method, time, date, CRC-32, sizes, length of the name.</summary>
    private static void Common(Span<byte> to, BundleEntry entry, byte[] name)
    {
        BinaryPrimitives.WriteUInt16LittleEndian(to, 20);
        BinaryPrimitives.WriteUInt16LittleEndian(to[2..], Utf8Names);
        BinaryPrimitives.WriteUInt16LittleEndian(to[8..], FirstDay);
        BinaryPrimitives.WriteUInt32LittleEndian(to[10..], Crc32(entry.Content));
        BinaryPrimitives.WriteUInt32LittleEndian(to[14..], (uint)entry.Content.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(to[18..], (uint)entry.Content.Length);
        BinaryPrimitives.WriteUInt16LittleEndian(to[22..], (ushort)name.Length);
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var b in bytes)
            crc = (crc >> 8) ^ s_crc[(byte)(crc ^ b)];
        return ~crc;
    }

    private static string Printable(string name) => new([.. name.Select(c => char.IsControl(c) || c > '~' ? '?' : c).Take(60)]);
}

/// <summary>One file of a bundle.</summary>
/// <param name="Name">Path in the ZIP.</param>
/// <param name="Content">Its bytes.</param>
public sealed record BundleEntry(string Name, byte[] Content);
