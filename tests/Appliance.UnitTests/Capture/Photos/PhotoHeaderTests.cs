using System.Buffers.Binary;
using Appliance.Capture.Photos;

namespace Appliance.UnitTests.Capture.Photos;

public sealed class PhotoHeaderTests
{
    [Fact]
    public void Parse_Jpeg_FindsSizeAndOrientation()
    {
        var header = PhotoHeader.Parse(Jpeg(640, 480, orientation: 8));

        Assert.Equal(new PhotoHeader(PhotoFormat.Jpeg, 640, 480, 8), header);
    }

    [Fact]
    public void Parse_JpegWithFillBytesAndComment_FindsSize()
    {
        var plain = Jpeg(640, 480);
        byte[] filled = [.. plain[..2], 0xFF, 0xFF, 0xFF, 0xFE, 0, 4, 1, 2, .. plain[2..]];

        Assert.Equal(640, PhotoHeader.Parse(filled).Width);
    }

    [Fact]
    public void Parse_Png_FindsSizeAndOrientation()
    {
        var header = PhotoHeader.Parse(Png(1000, 2000, orientation: 3));

        Assert.Equal(new PhotoHeader(PhotoFormat.Png, 1000, 2000, 3), header);
    }

    [Fact]
    public void Parse_WebPLossy_TakesTheSizeOfTheFrameNotOfTheWrapper()
    {
        var header = PhotoHeader.Parse(WebP(("VP8X", [0, 0, 0, 0, 9, 0, 0, 9, 0, 0]), ("VP8 ", [0, 0, 0, 0x9D, 1, 0x2A, 0x80, 2, 0xE0, 1])));

        Assert.Equal(new PhotoHeader(PhotoFormat.WebP, 640, 480, 1), header);
    }

    [Fact]
    public void Parse_WebPLossless_FindsSize()
    {
        var bits = (640u - 1) | ((480u - 1) << 14);
        var header = PhotoHeader.Parse(
            WebP(("VP8L", [0x2F, (byte)bits, (byte)(bits >> 8), (byte)(bits >> 16), (byte)(bits >> 24)])));

        Assert.Equal(new PhotoHeader(PhotoFormat.WebP, 640, 480, 1), header);
    }

    [Fact]
    public void Parse_WebPAnimation_IsRefused() =>
        Refused(PhotoFault.NotSupported, WebP(("VP8X", [2, 0, 0, 0, 9, 0, 0, 9, 0, 0])));

    [Fact]
    public void Parse_CmykJpeg_IsRefused()
    {
        var photo = Jpeg(640, 480);
        photo[Array.IndexOf(photo, (byte)0xC0) + 8] = 4;

        Refused(PhotoFault.NotSupported, photo);
    }

    [Fact]
    public void Parse_Png16Bit_IsRefused()
    {
        var photo = Png(10, 10);
        photo[8 + 8 + 8] = 16;

        Refused(PhotoFault.NotSupported, photo);
    }

    [Theory]
    [InlineData("")]
    [InlineData("GIF89a..........")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg'/>")]
    public void Parse_SomethingElse_IsRefused(string text) =>
        Refused(PhotoFault.UnknownFormat, System.Text.Encoding.ASCII.GetBytes(text));

    [Fact]
    public void Parse_EveryTruncation_IsRefusedNeverFails()
    {
        foreach (var photo in (byte[][])[Jpeg(640, 480, 6), Png(640, 480, 6), WebP(("VP8 ", new byte[10]))])
        {
            for (var length = 0; length < photo.Length; length++)
                Assert.Throws<PhotoException>(() => PhotoHeader.Parse(photo.AsSpan(0, length)));
        }
    }

    [Fact]
    public void Parse_RandomDamage_IsReadOrRefusedNeverFails()
    {
        var random = new Random(5);
        foreach (var photo in (byte[][])[Jpeg(640, 480, 6), Png(640, 480, 6), WebP(("VP8X", new byte[10]), ("EXIF", new byte[20]))])
        {
            for (var round = 0; round < 2000; round++)
            {
                var damaged = photo.ToArray();
                for (var i = 0; i < 4; i++)
                    damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                try
                {
                    PhotoHeader.Parse(damaged);
                }
                catch (PhotoException)
                {
                    // The one permitted failure.
                }
            }
        }
    }

    [Fact]
    public void Decode_FiftyMegapixels_IsRefusedByTheHeaderAlone()
    {
        // No picture data at all: whoever began to decode would say that it is damaged.
        var refusal = Assert.Throws<PhotoException>(() => PhotoDecoder.Decode(Jpeg(8660, 5774)));

        Assert.Equal(PhotoFault.TooLarge, refusal.Fault);
        Assert.Contains("8660 × 5774 = 50.0 megapixels", refusal.Message);
    }

    [Fact]
    public void Decode_TooManyBytes_IsRefused()
    {
        var refusal = Assert.Throws<PhotoException>(() => PhotoDecoder.Decode(new byte[2000], new PhotoLimits { MaxBytes = 1000 }));

        Assert.Equal(PhotoFault.TooLarge, refusal.Fault);
    }

    private static void Refused(PhotoFault fault, byte[] photo) =>
        Assert.Equal(fault, Assert.Throws<PhotoException>(() => PhotoHeader.Parse(photo)).Fault);

    private static byte[] Jpeg(int width, int height, ushort orientation = 1)
    {
        byte[] exif = [.. "Exif\0\0"u8, .. ExifOrientationTests.Tiff(orientation, isLittle: false)];
        byte[] frame =
            [8, (byte)(height >> 8), (byte)height, (byte)(width >> 8), (byte)width, 3, 1, 0x22, 0, 2, 0x11, 1, 3, 0x11, 1];
        byte[] scan = [3, 1, 0, 2, 0x11, 3, 0x11, 0, 63, 0];
        return [0xFF, 0xD8, .. Segment(0xE1, exif), .. Segment(0xC0, frame), .. Segment(0xDA, scan), 1, 2, 3, 0xFF, 0xD9];

        static byte[] Segment(byte marker, byte[] data) =>
            [0xFF, marker, (byte)((data.Length + 2) >> 8), (byte)(data.Length + 2), .. data];
    }

    private static byte[] Png(int width, int height, ushort orientation = 1)
    {
        var size = new byte[13];
        BinaryPrimitives.WriteInt32BigEndian(size, width);
        BinaryPrimitives.WriteInt32BigEndian(size.AsSpan(4), height);
        size[8] = 8;
        size[9] = 2;
        return
        [
            0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, .. Chunk("IHDR", size),
            .. Chunk("eXIf", ExifOrientationTests.Tiff(orientation, isLittle: true)), .. Chunk("IEND", []),
        ];

        static byte[] Chunk(string type, byte[] data)
        {
            var length = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
            return [.. length, .. System.Text.Encoding.ASCII.GetBytes(type), .. data, 0, 0, 0, 0];
        }
    }

    private static byte[] WebP(params (string Type, byte[] Data)[] chunks)
    {
        var body = new List<byte>();
        foreach (var (type, data) in chunks)
        {
            body.AddRange(System.Text.Encoding.ASCII.GetBytes(type));
            body.AddRange(BitConverter.GetBytes(data.Length));
            body.AddRange(data);
            if (data.Length % 2 == 1)
                body.Add(0);
        }

        return [.. "RIFF"u8, .. BitConverter.GetBytes(body.Count + 4), .. "WEBP"u8, .. body];
    }
}
