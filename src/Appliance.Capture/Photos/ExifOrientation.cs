using System.Buffers.Binary;
using Appliance.Core.Frames;

namespace Appliance.Capture.Photos;

/// <summary>The EXIF tag that says how the camera was held (CIPA DC-008, tag 0x0112), and how to undo it.</summary>
internal static class ExifOrientation
{
    private const int Tag = 0x0112;
    private const int TypeShort = 3;

    /// <summary>1 to 8; 1 (upright) when the tag is absent or the block is damaged.</summary>
    /// <param name="tiff">The TIFF structure inside the EXIF block.</param>
    public static int Read(ReadOnlySpan<byte> tiff)
    {
        if (tiff.Length < 14)
            return 1;

        var isLittle = tiff[..2].SequenceEqual("II"u8);
        if (!isLittle && !tiff[..2].SequenceEqual("MM"u8))
            return 1;

        var directory = UInt32(tiff[4..], isLittle);
        if (directory > (uint)(tiff.Length - 2))
            return 1;

        var entries = tiff[(int)directory..];
        var count = UInt16(entries, isLittle);
        for (var i = 0; i < count && 2 + (12 * (i + 1)) <= entries.Length; i++)
        {
            var entry = entries.Slice(2 + (12 * i), 12);
            if (UInt16(entry, isLittle) == Tag && UInt16(entry[2..], isLittle) == TypeShort)
                return UInt16(entry[8..], isLittle) is >= 1 and <= 8 and var value ? value : 1;
        }

        return 1;
    }

    /// <summary>Whether width and height change places.</summary>
    public static bool Transposes(int orientation) => orientation >= 5;

    /// <summary>The upright picture; <paramref name="stored"/> itself for orientation 1, otherwise it is disposed.</summary>
    public static PooledFrame Apply(PooledFrame stored, int orientation)
    {
        if (orientation == 1)
            return stored;

        using (stored)
        {
            var swap = Transposes(orientation);
            var upright = new PooledFrame(swap ? stored.Height : stored.Width, swap ? stored.Width : stored.Height, stored.ColorSpace);
            for (var plane = 0; plane < 3; plane++)
            {
                var width = plane == 0 ? stored.Width : (stored.Width + 1) / 2;
                var height = plane == 0 ? stored.Height : (stored.Height + 1) / 2;
                Turn(stored.Plane(plane), width, height, upright.Writable(plane), orientation);
            }

            return upright;
        }
    }

    /// <summary>Turns one plane of bytes, rows without padding.</summary>
    internal static void Turn(ReadOnlySpan<byte> from, int width, int height, Span<byte> to, int orientation)
    {
        // Where stored row 0, column 0 goes, and how far a step right and a step down lead in the upright picture.
        var (origin, right, down) = orientation switch
        {
            2 => (width - 1, -1, width),
            3 => ((width * height) - 1, -1, -width),
            4 => (width * (height - 1), 1, -width),
            5 => (0, height, 1),
            6 => (height - 1, height, -1),
            7 => ((width * height) - 1, -height, -1),
            8 => (height * (width - 1), -height, 1),
            _ => (0, 1, width),
        };
        for (var y = 0; y < height; y++)
        {
            var row = from.Slice(y * width, width);
            var at = origin + (y * down);
            for (var x = 0; x < width; x++, at += right)
                to[at] = row[x];
        }
    }

    private static int UInt16(ReadOnlySpan<byte> bytes, bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(bytes) : BinaryPrimitives.ReadUInt16BigEndian(bytes);

    private static uint UInt32(ReadOnlySpan<byte> bytes, bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(bytes) : BinaryPrimitives.ReadUInt32BigEndian(bytes);
}
