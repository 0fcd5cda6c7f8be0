using System.Buffers.Binary;

namespace Appliance.Capture.Photos;

/// <summary>What a photo's header says, read without decoding anything.</summary>
/// <param name="Format">By the first bytes, never by a file name.</param>
/// <param name="Width">Stored width in pixels, before orientation.</param>
/// <param name="Height">Stored height in pixels, before orientation.</param>
/// <param name="Orientation">EXIF orientation, 1 to 8.</param>
internal readonly record struct PhotoHeader(PhotoFormat Format, int Width, int Height, int Orientation)
{
    /// <exception cref="PhotoException">Unknown, truncated, damaged or of a kind that is not read.</exception>
    public static PhotoHeader Parse(ReadOnlySpan<byte> photo)
    {
        if (photo.Length >= 3 && photo[0] == 0xFF && photo[1] == 0xD8 && photo[2] == 0xFF)
            return ParseJpeg(photo);
        if (photo.Length >= 8 && IsPng(photo))
            return ParsePng(photo);
        if (photo.Length >= 12 && photo[..4].SequenceEqual("RIFF"u8) && photo[8..12].SequenceEqual("WEBP"u8))
            return ParseWebP(photo);

        throw new PhotoException(PhotoFault.UnknownFormat, "not a photo: only JPEG, PNG and WebP are read");
    }

    // ITU-T T.81 annex B: a chain of segments, each with its length, up to the entropy-coded data after SOS.
    private static PhotoHeader ParseJpeg(ReadOnlySpan<byte> photo)
    {
        var (width, height, orientation) = (0, 0, 1);
        var at = 2;
        while (true)
        {
            while (at < photo.Length && photo[at] == 0xFF)
                at++; // fill bytes before the marker, and its own 0xFF
            if (at + 2 >= photo.Length)
                throw Truncated("JPEG");

            var marker = photo[at++];
            if (marker is 0xD8 or 0x01 or (>= 0xD0 and <= 0xD7))
                continue; // markers without a segment
            if (marker == 0xD9)
                throw Corrupt("JPEG", "it ends before the picture");

            var length = BinaryPrimitives.ReadUInt16BigEndian(photo[at..]);
            if (length < 2 || at + length > photo.Length)
                throw Truncated("JPEG");

            var segment = photo.Slice(at + 2, length - 2);
            at += length;
            if (marker is >= 0xC0 and <= 0xCF and not (0xC4 or 0xC8 or 0xCC))
            {
                (width, height) = ReadFrame(marker, segment);
            }
            else if (marker == 0xE1 && segment.StartsWith("Exif\0\0"u8))
            {
                orientation = ExifOrientation.Read(segment[6..]);
            }
            else if (marker == 0xDA)
            {
                if (width == 0)
                    throw Corrupt("JPEG", "its size is missing");
                // A decoder fills what is missing with grey, which would be enrolled as a face.
                if (photo[at..].LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xD9]) < 0)
                    throw Truncated("JPEG");
                return new(PhotoFormat.Jpeg, width, height, orientation);
            }

            if (at >= photo.Length || photo[at] != 0xFF)
                throw Corrupt("JPEG", "a segment is missing");
        }
    }

    private static (int Width, int Height) ReadFrame(byte marker, ReadOnlySpan<byte> frame)
    {
        if (frame.Length < 6)
            throw Truncated("JPEG");
        if (marker is not (0xC0 or 0xC1 or 0xC2) || frame[0] != 8)
            throw new PhotoException(PhotoFault.NotSupported, "this kind of JPEG (lossless, arithmetic or 12 bit) is not read; save it as an ordinary JPEG");
        if (frame[5] is not (1 or 3))
            throw new PhotoException(PhotoFault.NotSupported, "a CMYK JPEG is not read; save it in RGB");

        var height = BinaryPrimitives.ReadUInt16BigEndian(frame[1..]);
        var width = BinaryPrimitives.ReadUInt16BigEndian(frame[3..]);
        return width > 0 && height > 0 ? (width, height) : throw Corrupt("JPEG", "its size is zero");
    }

    private static bool IsPng(ReadOnlySpan<byte> photo) =>
        photo[..8].SequenceEqual((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]);

    // W3C PNG 3, section 5: chunks of length, type, data, CRC; IHDR first, IEND last.
    private static PhotoHeader ParsePng(ReadOnlySpan<byte> photo)
    {
        var (width, height, orientation) = (0, 0, 1);
        for (var at = 8; ;)
        {
            if (at + 12 > photo.Length)
                throw Truncated("PNG");

            var length = BinaryPrimitives.ReadUInt32BigEndian(photo[at..]);
            var type = photo.Slice(at + 4, 4);
            if (length > (uint)(photo.Length - at - 12))
                throw Truncated("PNG");

            var data = photo.Slice(at + 8, (int)length);
            at += 12 + (int)length;
            if (type.SequenceEqual("IHDR"u8) && data.Length >= 13)
            {
                // pngdec 1.22 gives wrong colours for 16 bits (compared with OpenCV's).
                if (data[8] == 16)
                    throw new PhotoException(PhotoFault.NotSupported, "a PNG with 16 bits per colour is not read; save it with 8 bits");
                width = BinaryPrimitives.ReadInt32BigEndian(data);
                height = BinaryPrimitives.ReadInt32BigEndian(data[4..]);
            }
            else if (type.SequenceEqual("eXIf"u8))
            {
                orientation = ExifOrientation.Read(data);
            }
            else if (type.SequenceEqual("acTL"u8))
            {
                throw Animated();
            }
            else if (type.SequenceEqual("IEND"u8))
            {
                return width > 0 && height > 0
                    ? new(PhotoFormat.Png, width, height, orientation)
                    : throw Corrupt("PNG", "its size is missing");
            }
        }
    }

    // RFC 9649: RIFF chunks; VP8 (lossy), VP8L (lossless) or VP8X (extended, followed by the others).
    private static PhotoHeader ParseWebP(ReadOnlySpan<byte> photo)
    {
        if (BinaryPrimitives.ReadUInt32LittleEndian(photo[4..]) + 8L > photo.Length)
            throw Truncated("WebP");

        var (width, height, orientation) = (0, 0, 1);
        for (var at = 12; at + 8 <= photo.Length;)
        {
            var type = photo.Slice(at, 4);
            var length = BinaryPrimitives.ReadUInt32LittleEndian(photo[(at + 4)..]);
            if (length > (uint)(photo.Length - at - 8))
                throw Truncated("WebP");

            var data = photo.Slice(at + 8, (int)length);
            at += 8 + (int)length + ((int)length & 1);
            if (type.SequenceEqual("VP8X"u8) && data.Length >= 10)
            {
                if ((data[0] & 0x02) != 0)
                    throw Animated();
                (width, height) = (1 + UInt24(data[4..]), 1 + UInt24(data[7..]));
            }
            else if (type.SequenceEqual("VP8 "u8) && data.Length >= 10)
            {
                // The frame's own size is what the decoder allocates, whatever VP8X claims.
                (width, height) = (BinaryPrimitives.ReadUInt16LittleEndian(data[6..]) & 0x3FFF, BinaryPrimitives.ReadUInt16LittleEndian(data[8..]) & 0x3FFF);
            }
            else if (type.SequenceEqual("VP8L"u8) && data.Length >= 5)
            {
                var bits = BinaryPrimitives.ReadUInt32LittleEndian(data[1..]);
                (width, height) = (1 + (int)(bits & 0x3FFF), 1 + (int)((bits >> 14) & 0x3FFF));
            }
            else if (type.SequenceEqual("EXIF"u8))
            {
                orientation = ExifOrientation.Read(data.StartsWith("Exif\0\0"u8) ? data[6..] : data);
            }
        }

        return width > 0 && height > 0
            ? new(PhotoFormat.WebP, width, height, orientation)
            : throw Corrupt("WebP", "its picture is missing");
    }

    private static int UInt24(ReadOnlySpan<byte> bytes) => bytes[0] | (bytes[1] << 8) | (bytes[2] << 16);

    private static PhotoException Truncated(string format) =>
        new(PhotoFault.Corrupt, $"the {format} file is truncated: part of the picture is missing; send it again");

    private static PhotoException Corrupt(string format, string how) =>
        new(PhotoFault.Corrupt, $"the {format} file is damaged: {how}");

    private static PhotoException Animated() =>
        new(PhotoFault.NotSupported, "an animation is not a photo; send a single picture");
}
