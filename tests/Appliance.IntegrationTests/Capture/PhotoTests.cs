using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using Appliance.Capture.Photos;
using Appliance.Core.Frames;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.Native.GStreamer;

namespace Appliance.IntegrationTests.Capture;

[Collection(CaptureCollection.Name)]
public sealed class PhotoTests(RecordedClip clip)
{
    private const string Python = "/usr/bin/python3";

    [Fact]
    public void Decode_EncodedFrame_IsTheSamePicture()
    {
        using var frame = Portrait();

        using var photo = PhotoDecoder.Decode(JpegEncoder.Encode(frame, 95));

        Assert.Equal((frame.Width, frame.Height, ColorSpace.Bt601Full), (photo.Width, photo.Height, photo.ColorSpace));
        Assert.InRange(MeanDifference(frame, photo), 0, 1);
    }

    [Fact]
    public void Encode_LimitedRangeVideo_BecomesFullRange()
    {
        using var frame = new PooledFrame(64, 64, ColorSpace.Bt601Limited);
        frame.Writable(0).Fill(235);
        frame.Writable(1).Fill(128);
        frame.Writable(2).Fill(128);

        using var photo = PhotoDecoder.Decode(JpegEncoder.Encode(frame, 95));

        Assert.InRange(photo.Plane(0)[0], 253, 255);
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(3, false)]
    [InlineData(4, false)]
    [InlineData(5, true)]
    [InlineData(6, true)]
    [InlineData(7, true)]
    [InlineData(8, true)]
    public void Decode_ExifOrientation_IsUpright(int orientation, bool isTurned)
    {
        // Four quarters of different brightness; the one at the top left tells how it was turned.
        using var frame = Quarters();
        var photo = WithOrientation(JpegEncoder.Encode(frame, 95), orientation);

        using var upright = PhotoDecoder.Decode(photo);

        Assert.Equal(isTurned ? (48, 64) : (64, 48), (upright.Width, upright.Height));
        var expected = orientation switch { 1 or 5 => 40, 2 or 8 => 90, 3 or 7 => 190, _ => 140 };
        Assert.InRange(upright.Plane(0)[(4 * upright.Width) + 4], expected - 3, expected + 3);
    }

    [Fact]
    public void Decode_Png_IsTheSamePicture()
    {
        using var photo = PhotoDecoder.Decode(Png(50, 30, (x, y) => ((byte)(x * 5), (byte)(y * 8), 100)));

        Assert.Equal((50, 30), (photo.Width, photo.Height));
        for (var y = 0; y < 30; y++)
        {
            for (var x = 0; x < 50; x++)
            {
                var luma = (0.299 * x * 5) + (0.587 * y * 8) + (0.114 * 100);
                Assert.InRange(photo.Plane(0)[(y * 50) + x], luma - 1.5, luma + 1.5);
            }
        }
    }

    [Theory]
    [InlineData("jpg")]
    [InlineData("png")]
    public void Decode_EveryTruncation_IsRefusedWithAReason(string format)
    {
        using var frame = Quarters();
        var photo = format == "jpg" ? JpegEncoder.Encode(frame) : Png(20, 20, (x, y) => ((byte)x, (byte)y, 0));
        for (var length = 0; length < photo.Length - 1; length += 1 + (length / 10))
        {
            var refusal = Assert.Throws<PhotoException>(() => PhotoDecoder.Decode(photo.AsSpan(0, length)));
            Assert.NotEqual("", refusal.Message);
        }
    }

    [Fact]
    public void Decode_DamagedPngData_IsRefused()
    {
        var photo = Png(50, 30, (x, y) => ((byte)(x * 5), (byte)(y * 8), 100));
        for (var i = 60; i < 90; i++)
            photo[i] ^= 0x55;

        Assert.Equal(PhotoFault.Corrupt, Assert.Throws<PhotoException>(() => PhotoDecoder.Decode(photo)).Fault);
    }

    [Fact]
    public void Decode_RandomDamage_IsReadOrRefusedNeverCrashes()
    {
        using var frame = Portrait();
        var whole = JpegEncoder.Encode(frame);
        var random = new Random(11);
        for (var round = 0; round < 60; round++)
        {
            var damaged = whole.ToArray();
            for (var i = 0; i < 6; i++)
                damaged[random.Next(2, damaged.Length)] = (byte)random.Next(256);
            try
            {
                PhotoDecoder.Decode(damaged, new PhotoLimits { MaxPixels = 4_000_000 }).Dispose();
            }
            catch (PhotoException refusal)
            {
                Assert.NotEqual("", refusal.Message);
            }
        }
    }

    [Fact]
    public void Decode_FiftyMegapixelPng_IsRefusedBeforeDecoding()
    {
        // 50 megapixels of one colour are only a few kilobytes: a decompression bomb.
        var bomb = Png(10_000, 5_000, (_, _) => (1, 2, 3));

        var refusal = Assert.Throws<PhotoException>(() => PhotoDecoder.Decode(bomb));

        Assert.Equal(PhotoFault.TooLarge, refusal.Fault);
        Assert.Contains("50.0 megapixels", refusal.Message);
    }

    [Fact]
    public void Decode_ManyTimes_LeavesNothingBehind()
    {
        using var frame = Quarters();
        var good = JpegEncoder.Encode(frame);
        var before = Pipeline.Alive;
        for (var i = 0; i < 30; i++)
        {
            PhotoDecoder.Decode(good).Dispose();
            Assert.Throws<PhotoException>(() => PhotoDecoder.Decode(good.AsSpan(0, good.Length / 2)));
        }

        // A thread of GStreamer may be the last to let go, and what an earlier test left may be collected only now.
        Assert.True(SpinWait.SpinUntil(() => Pipeline.Alive <= before, Patience.Long), $"{Pipeline.Alive} pipelines, {before} before");
    }

    [OpenCvTheory]
    [InlineData("jpg", 1)]
    [InlineData("prog.jpg", 1)]
    [InlineData("gray.jpg", 1)]
    [InlineData("png", 1)]
    [InlineData("gray.png", 1)]
    [InlineData("webp", 2)]
    public void Decode_ComparedWithOpenCv_IsWithinTwoGreyLevels(string kind, int most)
    {
        // OpenCV writes the photo and what it reads from it; a JPEG is compared by its grey decoding, which is its own luma.
        var photo = Path.Combine(clip.Folder, $"photo.{kind}");
        var raw = photo + ".gray";
        RunPython($$"""
            import cv2, numpy as np
            y, x = np.mgrid[0:301, 0:403]
            picture = np.dstack([128 + 100 * np.sin(x / 17), 128 + 90 * np.cos(y / 11), 128 + 80 * np.sin((x + y) / 29)]).astype(np.uint8)
            kind = '{{kind}}'
            if 'gray' in kind: picture = cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
            options = [cv2.IMWRITE_JPEG_PROGRESSIVE, 1] if 'prog' in kind else []
            assert cv2.imwrite('{{photo}}', picture, options)
            if kind.endswith('jpg'):
                cv2.imread('{{photo}}', cv2.IMREAD_GRAYSCALE).tofile('{{raw}}')
            else:
                read = cv2.imread('{{photo}}').astype(np.float64)
                np.round(read @ [0.114, 0.587, 0.299]).astype(np.uint8).tofile('{{raw}}')
            """);
        var expected = File.ReadAllBytes(raw);

        using var decoded = PhotoDecoder.Decode(File.ReadAllBytes(photo));

        Assert.Equal((403, 301), (decoded.Width, decoded.Height));
        for (var i = 0; i < expected.Length; i++)
            Assert.InRange(decoded.Plane(0)[i], expected[i] - most, expected[i] + most);
    }

    private static PooledFrame Portrait()
    {
        var frame = new PooledFrame(321, 241, ColorSpace.Bt601Full);
        for (var i = 0; i < frame.Plane(0).Length; i++)
            frame.Writable(0)[i] = (byte)(128 + (100 * Math.Sin(i % 321 / 20.0) * Math.Cos(i / 321 / 15.0)));
        frame.Writable(1).Fill(120);
        frame.Writable(2).Fill(140);
        return frame;
    }

    private static PooledFrame Quarters()
    {
        var frame = new PooledFrame(64, 48, ColorSpace.Bt601Full);
        for (var y = 0; y < 48; y++)
        {
            for (var x = 0; x < 64; x++)
                frame.Writable(0)[(y * 64) + x] = (byte)((y < 24, x < 32) switch { (true, true) => 40, (true, false) => 90, (false, true) => 140, _ => 190 });
        }

        frame.Writable(1).Fill(128);
        frame.Writable(2).Fill(128);
        return frame;
    }

    private static double MeanDifference(PooledFrame a, PooledFrame b)
    {
        var sum = 0L;
        for (var i = 0; i < a.Plane(0).Length; i++)
            sum += Math.Abs(a.Plane(0)[i] - b.Plane(0)[i]);
        return (double)sum / a.Plane(0).Length;
    }

    private static byte[] WithOrientation(byte[] jpeg, int orientation)
    {
        byte[] exif =
        [
            .. "Exif\0\0MM\0*"u8, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0,
        ];
        return [0xFF, 0xD8, 0xFF, 0xE1, 0, (byte)(exif.Length + 2), .. exif, .. jpeg[2..]];
    }

    private static byte[] Png(int width, int height, Func<int, int, (byte R, byte G, byte B)> color)
    {
        using var packed = new MemoryStream();
        using (var zlib = new ZLibStream(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            var row = new byte[1 + (3 * width)];
            for (var y = 0; y < height; y++)
            {
                for (var x = 0; x < width; x++)
                    (row[1 + (3 * x)], row[2 + (3 * x)], row[3 + (3 * x)]) = color(x, y);
                zlib.Write(row);
            }
        }

        return
        [
            0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A,
            .. Chunk("IHDR", [.. BigEndian(width), .. BigEndian(height), 8, 2, 0, 0, 0]), .. Chunk("IDAT", packed.ToArray()), .. Chunk("IEND", []),
        ];
    }

    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] body = [.. Encoding.ASCII.GetBytes(type), .. data];
        var crc = uint.MaxValue;
        foreach (var value in body)
        {
            crc ^= value;
            for (var bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0xEDB88320);
        }

        return [.. BigEndian(data.Length), .. body, .. BigEndian((int)~crc)];
    }

    private static byte[] BigEndian(int value) => [(byte)(value >> 24), (byte)(value >> 16), (byte)(value >> 8), (byte)value];

    private static void RunPython(string program)
    {
        using var python = Process.Start(new ProcessStartInfo(Python, ["-c", program]) { RedirectStandardError = true })!;
        var errors = python.StandardError.ReadToEnd();
        python.WaitForExit();
        Assert.True(python.ExitCode == 0, errors);
    }

    /// <summary>A test that compares with Python's OpenCV.</summary>
    private sealed class OpenCvTheoryAttribute : TheoryAttribute
    {
        private const string Packages = "/usr/lib/python3/dist-packages";

        public OpenCvTheoryAttribute()
        {
            if (!Directory.Exists(Packages) || Directory.GetFiles(Packages, "cv2*").Length == 0)
                Skip = "needs python3-opencv, a peer to compare with";
        }
    }
}
