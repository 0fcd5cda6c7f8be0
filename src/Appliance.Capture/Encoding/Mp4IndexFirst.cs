using System.Buffers;
using System.Buffers.Binary;
using Text = System.Text.Encoding;

namespace Appliance.Capture.Encoding;

/// <summary>
/// Copies an MP4 whose index (<c>moov</c>) comes last so that it comes before the pictures, as a browser wants it: the index moves, and
/// the chunk offsets in it (<c>stco</c>, <c>co64</c>; ISO/IEC 14496-12, 8.7.5) grow by its length.
/// </summary>
/// <remarks>The muxer can do so itself, but hands the pictures on in small pieces and takes ten times as long for it.</remarks>
internal static class Mp4IndexFirst
{
    private const int HeaderLength = 8;
    private const int MaxIndexLength = 64 << 20;

    private static readonly string[] s_containers = ["moov", "trak", "mdia", "minf", "stbl"];

    /// <param name="from">A whole file that can be sought.</param>
    /// <param name="into">Written front to back.</param>
    /// <exception cref="CaptureException">It is no MP4 with index and pictures.</exception>
    public static void Copy(Stream from, Stream into)
    {
        var boxes = Boxes(from);
        var index = boxes.Find(box => box.Type == "moov");
        var pictures = boxes.FindIndex(box => box.Type == "mdat");
        if (index is null || pictures < 0)
            throw new CaptureException("the packets hold no picture");
        if (index.Length > MaxIndexLength)
            throw new CaptureException($"the index of the clip has {index.Length} bytes");

        var moov = new byte[index.Length];
        from.Position = index.Start;
        from.ReadExactly(moov);
        if (boxes.IndexOf(index) > pictures)
            Shift(moov, moov.Length);

        foreach (var box in boxes.Take(pictures).Where(box => box != index))
            Copy(from, box, into);
        into.Write(moov);
        foreach (var box in boxes.Skip(pictures).Where(box => box != index))
            Copy(from, box, into);
    }

    private static List<Box> Boxes(Stream from)
    {
        var boxes = new List<Box>();
        Span<byte> header = stackalloc byte[HeaderLength + 8];
        for (var at = 0L; at < from.Length; at += boxes[^1].Length)
        {
            from.Position = at;
            var read = from.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
            if (read < HeaderLength)
                throw new CaptureException("the clip's file is cut off");
            var length = BinaryPrimitives.ReadUInt32BigEndian(header) switch
            {
                0 => from.Length - at,
                1 when read == header.Length => (long)BinaryPrimitives.ReadUInt64BigEndian(header[HeaderLength..]),
                var size => size,
            };
            if (length < HeaderLength || length > from.Length - at)
                throw new CaptureException("the clip's file is cut off");
            boxes.Add(new(Text.Latin1.GetString(header.Slice(4, 4)), at, length));
        }

        return boxes;
    }

    private static void Shift(Span<byte> box, int by)
    {
        var type = Text.Latin1.GetString(box.Slice(4, 4));
        if (type is "stco" or "co64")
        {
            ShiftOffsets(box[HeaderLength..], type == "co64", by);
            return;
        }

        if (!s_containers.Contains(type))
            return;
        for (var at = HeaderLength; at + HeaderLength <= box.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(box[at..]);
            if (length < HeaderLength || length > box.Length - at)
                throw new CaptureException("the clip's index is damaged");
            Shift(box.Slice(at, (int)length), by);
            at += (int)length;
        }
    }

    /// <summary>Version and flags (4), count (4), offsets.</summary>
    private static void ShiftOffsets(Span<byte> table, bool isLong, int by)
    {
        var width = isLong ? sizeof(ulong) : sizeof(uint);
        if (table.Length < HeaderLength || (table.Length - HeaderLength) / width < BinaryPrimitives.ReadUInt32BigEndian(table[4..]))
            throw new CaptureException("the clip's index is damaged");
        var count = (int)BinaryPrimitives.ReadUInt32BigEndian(table[4..]);
        for (var i = 0; i < count; i++)
        {
            var offset = table.Slice(HeaderLength + (i * width), width);
            if (isLong)
                BinaryPrimitives.WriteUInt64BigEndian(offset, BinaryPrimitives.ReadUInt64BigEndian(offset) + (uint)by);
            else if (BinaryPrimitives.ReadUInt32BigEndian(offset) is var old && old <= uint.MaxValue - (uint)by)
                BinaryPrimitives.WriteUInt32BigEndian(offset, old + (uint)by);
            else
                throw new CaptureException("the clip is longer than 4 GB");
        }
    }

    private static void Copy(Stream from, Box box, Stream into)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(128 * 1024);
        try
        {
            from.Position = box.Start;
            for (var left = box.Length; left > 0;)
            {
                var read = from.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
                if (read == 0)
                    throw new CaptureException("the clip's file is cut off");
                into.Write(buffer, 0, read);
                left -= read;
            }
        }
        finally
        {
            // Pictures of people do not stay behind in a pool.
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    private sealed record Box(string Type, long Start, long Length);
}
