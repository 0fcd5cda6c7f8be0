using System.Buffers.Binary;
using System.IO.Compression;
using Appliance.Core.Frames;

namespace Appliance.Scene.Output;

/// <summary>Lossless pictures: 8-bit RGB PNG (ISO/IEC 15948), one filter (Up), fast compression.</summary>
public static class Png
{
    private static readonly uint[] s_crc = BuildCrc();

    /// <summary>Writes an I420, BT.601 limited-range frame.</summary>
    public static void Write(Stream to, PooledFrame frame)
    {
        int width = frame.Width, height = frame.Height;
        to.Write([0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);
        Span<byte> header = stackalloc byte[13];
        BinaryPrimitives.WriteInt32BigEndian(header, width);
        BinaryPrimitives.WriteInt32BigEndian(header[4..], height);
        header[8] = 8;
        header[9] = 2;
        Chunk(to, "IHDR"u8, header);

        using var packed = new MemoryStream();
        using (var deflate = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var line = new byte[1 + (3 * width)];
            var row = new byte[3 * width];
            var above = new byte[3 * width];
            for (var y = 0; y < height; y++)
            {
                Rgb.Row(frame, y, row);
                line[0] = 2;
                for (var i = 0; i < row.Length; i++)
                    line[i + 1] = (byte)(row[i] - above[i]);

                deflate.Write(line);
                (row, above) = (above, row);
            }
        }

        Chunk(to, "IDAT"u8, packed.GetBuffer().AsSpan(0, (int)packed.Length));
        Chunk(to, "IEND"u8, []);
    }

    private static void Chunk(Stream to, ReadOnlySpan<byte> type, ReadOnlySpan<byte> body)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(number, body.Length);
        to.Write(number);
        to.Write(type);
        to.Write(body);
        var crc = Crc(Crc(0xFFFFFFFF, type), body) ^ 0xFFFFFFFF;
        BinaryPrimitives.WriteUInt32BigEndian(number, crc);
        to.Write(number);
    }

    private static uint Crc(uint crc, ReadOnlySpan<byte> bytes)
    {
        foreach (var value in bytes)
            crc = s_crc[(crc ^ value) & 255] ^ (crc >> 8);
        return crc;
    }

    private static uint[] BuildCrc()
    {
        var table = new uint[256];
        for (uint i = 0; i < 256; i++)
        {
            var value = i;
            for (var bit = 0; bit < 8; bit++)
                value = (value & 1) != 0 ? 0xEDB88320 ^ (value >> 1) : value >> 1;
            table[i] = value;
        }

        return table;
    }
}
