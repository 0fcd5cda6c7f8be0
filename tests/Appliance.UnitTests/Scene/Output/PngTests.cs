using System.Buffers.Binary;
using System.IO.Compression;
using Appliance.Core.Frames;
using Appliance.Scene.Output;

namespace Appliance.UnitTests.Scene.Output;

public class PngTests
{
    [Fact]
    public void Write_Gradient_DecodesToTheSameRgb()
    {
        using var frame = new PooledFrame(10, 6);
        for (var i = 0; i < 60; i++)
            frame.Writable(0)[i] = (byte)(20 + (3 * i));
        frame.Writable(1).Fill(100);
        frame.Writable(2).Fill(150);
        using var stream = new MemoryStream();
        Png.Write(stream, frame);

        var expected = new byte[10 * 6 * 3];
        Rgb.Copy(frame, expected);
        Assert.Equal(expected, Decode(stream.ToArray()));
    }

    [Fact]
    public void Write_Anything_EndsWithTheKnownEndChunk()
    {
        using var frame = new PooledFrame(2, 2);
        frame.Writable(0).Fill(16);
        using var stream = new MemoryStream();
        Png.Write(stream, frame);

        // Length 0, "IEND", and its CRC as the standard's example has it.
        Assert.Equal([0, 0, 0, 0, 0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82], stream.ToArray()[^12..]);
    }

    private static byte[] Decode(byte[] png)
    {
        var width = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16));
        var height = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20));
        var length = BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(33));
        using var inflate = new ZLibStream(new MemoryStream(png, 41, length), CompressionMode.Decompress);
        var line = new byte[1 + (3 * width)];
        var rgb = new byte[width * height * 3];
        for (var y = 0; y < height; y++)
        {
            inflate.ReadExactly(line);
            Assert.Equal(2, line[0]);
            for (var x = 0; x < 3 * width; x++)
                rgb[(y * 3 * width) + x] = (byte)(line[x + 1] + (y == 0 ? 0 : rgb[((y - 1) * 3 * width) + x]));
        }

        return rgb;
    }
}
