using System.Buffers.Binary;
using Appliance.Capture;
using Appliance.Capture.Encoding;
using Text = System.Text.Encoding;

namespace Appliance.UnitTests.Capture.Encoding;

public class Mp4IndexFirstTests
{
    private static readonly byte[] s_picture = Text.ASCII.GetBytes("the first picture and the second one");

    [Theory]
    [InlineData("stco", 4)]
    [InlineData("co64", 8)]
    public void Copy_IndexLast_ComesFirstAndStillFindsThePictures(string table, int width)
    {
        var type = Box("ftyp", "isomiso2avc1"u8);
        var first = type.Length + 8;
        byte[] file = [.. type, .. Box("mdat", s_picture), .. Index(table, width, first, first + 22)];

        var copy = Copied(file);

        Assert.Equal(file.Length, copy.Length);
        Assert.Equal(["ftyp", "moov", "mdat"], Types(copy));
        var offsets = Offsets(copy, table, width);
        Assert.Equal("the first", Text.ASCII.GetString(copy, (int)offsets[0], 9));
        Assert.Equal("the second", Text.ASCII.GetString(copy, (int)offsets[1], 10));
    }

    [Fact]
    public void Copy_IndexFirst_IsTheSame()
    {
        byte[] file = [.. Box("ftyp", "isom"u8), .. Index("stco", 4, 1, 2), .. Box("mdat", s_picture)];

        Assert.Equal(file, Copied(file));
    }

    [Fact]
    public void Copy_PicturesOfUnknownLength_AreTakenToTheEnd()
    {
        // 64-bit length, as the muxer writes it.
        byte[] pictures = [0, 0, 0, 1, .. "mdat"u8, 0, 0, 0, 0, 0, 0, 0, (byte)(16 + s_picture.Length), .. s_picture];
        byte[] file = [.. Box("ftyp", "isom"u8), .. pictures, .. Index("stco", 4, 12 + 16)];

        var copy = Copied(file);

        Assert.Equal("the first", Text.ASCII.GetString(copy, (int)Offsets(copy, "stco", 4)[0], 9));
    }

    [Fact]
    public void Copy_CutOffAnywhere_SaysSo()
    {
        byte[] file = [.. Box("ftyp", "isom"u8), .. Box("mdat", s_picture), .. Index("stco", 4, 20)];

        for (var length = 0; length < file.Length; length++)
            Assert.Throws<CaptureException>(() => Copied(file[..length]));
    }

    [Fact]
    public void Copy_TableLongerThanItsBox_SaysSo()
    {
        var index = Index("stco", 4, 20);
        index[^5] = 200; // the count

        Assert.Throws<CaptureException>(() => Copied([.. Box("ftyp", "isom"u8), .. Box("mdat", s_picture), .. index]));
    }

    private static byte[] Copied(byte[] file)
    {
        using var into = new MemoryStream();
        Mp4IndexFirst.Copy(new MemoryStream(file), into);
        return into.ToArray();
    }

    private static byte[] Index(string table, int width, params long[] offsets)
    {
        var content = new byte[8 + (width * offsets.Length)];
        BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(4), offsets.Length);
        for (var i = 0; i < offsets.Length; i++)
        {
            if (width == 8)
                BinaryPrimitives.WriteInt64BigEndian(content.AsSpan(8 + (8 * i)), offsets[i]);
            else
                BinaryPrimitives.WriteInt32BigEndian(content.AsSpan(8 + (4 * i)), (int)offsets[i]);
        }

        var inner = Box("stbl", [.. Box("stsd", "codec"u8), .. Box(table, content)]);
        return Box("moov", [.. Box("mvhd", "times"u8), .. Box("trak", Box("mdia", Box("minf", inner)))]);
    }

    private static byte[] Box(string type, ReadOnlySpan<byte> content)
    {
        var box = new byte[8 + content.Length];
        BinaryPrimitives.WriteInt32BigEndian(box, box.Length);
        Text.ASCII.GetBytes(type, box.AsSpan(4));
        content.CopyTo(box.AsSpan(8));
        return box;
    }

    private static List<string> Types(byte[] file)
    {
        var types = new List<string>();
        for (var at = 0; at < file.Length; at += BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at)))
            types.Add(Text.ASCII.GetString(file, at + 4, 4));
        return types;
    }

    private static List<long> Offsets(byte[] file, string table, int width)
    {
        var at = file.AsSpan().IndexOf(Text.ASCII.GetBytes(table)) + 4;
        var count = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(at + 4));
        return [.. Enumerable.Range(0, count).Select(i => width == 8
            ? BinaryPrimitives.ReadInt64BigEndian(file.AsSpan(at + 8 + (8 * i)))
            : BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(at + 8 + (4 * i))))];
    }
}
