using System.Buffers.Binary;
using Appliance.Capture.Photos;
using Appliance.Core.Frames;

namespace Appliance.UnitTests.Capture.Photos;

public sealed class ExifOrientationTests
{
    // A stored picture "ab/cd/ef" (2×3), as it must look for each orientation (CIPA DC-008, table of tag 0x0112).
    [Theory]
    [InlineData(1, 2, "abcdef")]
    [InlineData(2, 2, "badcfe")]
    [InlineData(3, 2, "fedcba")]
    [InlineData(4, 2, "efcdab")]
    [InlineData(5, 3, "acebdf")]
    [InlineData(6, 3, "ecafdb")]
    [InlineData(7, 3, "fdbeca")]
    [InlineData(8, 3, "bdface")]
    public void Turn_EachOrientation_IsUpright(int orientation, int width, string expected)
    {
        var upright = new byte[6];

        ExifOrientation.Turn("abcdef"u8, 2, 3, upright, orientation);

        Assert.Equal(expected, System.Text.Encoding.ASCII.GetString(upright));
        Assert.Equal(width == 3, ExifOrientation.Transposes(orientation));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(8)]
    public void Apply_OddSize_TurnsAllPlanes(int orientation)
    {
        var stored = new PooledFrame(5, 3);
        for (var plane = 0; plane < 3; plane++)
        {
            for (var i = 0; i < stored.Plane(plane).Length; i++)
                stored.Writable(plane)[i] = (byte)((plane * 100) + i);
        }

        using var upright = ExifOrientation.Apply(stored, orientation);

        var (width, height) = orientation == 3 ? (5, 3) : (3, 5);
        Assert.Equal((width, height), (upright.Width, upright.Height));
        var corner = orientation switch { 3 => 14, 6 => 10, _ => 4 };
        Assert.Equal(corner, upright.Plane(0)[0]);
        var chromaCorner = orientation switch { 3 => 5, 6 => 3, _ => 2 };
        Assert.Equal(100 + chromaCorner, upright.Plane(1)[0]);
        Assert.Equal(200 + chromaCorner, upright.Plane(2)[0]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_BothByteOrders_FindsTheTag(bool isLittle) => Assert.Equal(6, ExifOrientation.Read(Tiff(6, isLittle)));

    [Theory]
    [InlineData(0)]
    [InlineData(9)]
    public void Read_ValueOutOfRange_IsUpright(int value) => Assert.Equal(1, ExifOrientation.Read(Tiff((ushort)value, isLittle: true)));

    [Fact]
    public void Read_EveryTruncationAndEveryDamagedByte_NeverFails()
    {
        var whole = Tiff(6, isLittle: true);
        for (var length = 0; length < whole.Length; length++)
            Assert.InRange(ExifOrientation.Read(whole.AsSpan(0, length)), 1, 8);
        for (var at = 0; at < whole.Length; at++)
        {
            var damaged = whole.ToArray();
            damaged[at] = 0xFF;
            Assert.InRange(ExifOrientation.Read(damaged), 1, 8);
        }
    }

    internal static byte[] Tiff(ushort orientation, bool isLittle)
    {
        var tiff = new byte[8 + 2 + 12 + 4];
        (isLittle ? "II"u8 : "MM"u8).CopyTo(tiff);
        Write16(2, 42);
        Write32(4, 8);
        Write16(8, 1);
        Write16(10, 0x0112);
        Write16(12, 3);
        Write32(14, 1);
        Write16(18, orientation);
        return tiff;

        void Write16(int at, ushort value)
        {
            if (isLittle)
                BinaryPrimitives.WriteUInt16LittleEndian(tiff.AsSpan(at), value);
            else
                BinaryPrimitives.WriteUInt16BigEndian(tiff.AsSpan(at), value);
        }

        void Write32(int at, uint value)
        {
            if (isLittle)
                BinaryPrimitives.WriteUInt32LittleEndian(tiff.AsSpan(at), value);
            else
                BinaryPrimitives.WriteUInt32BigEndian(tiff.AsSpan(at), value);
        }
    }
}
