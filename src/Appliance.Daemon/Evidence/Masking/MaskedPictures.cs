using Appliance.Capture;
using Appliance.Capture.Encoding;
using Appliance.Capture.Frames;
using Appliance.Capture.Photos;
using Appliance.Core.Detection;
using Appliance.Core.Evidence.Pictures;
using Appliance.Core.Evidence.Tracks;
using Appliance.Core.Frames;

namespace Appliance.Daemon.Evidence.Masking;

/// <summary>
/// Artefacts as they leave the box: every face that was followed, except the alerted one, pixelated. What the detector did not see is
/// not masked; that is why an operator looks at a picture before it is handed out.
/// </summary>
internal static class MaskedPictures
{
    private const int Quality = 90;

    public static byte[] Snapshot(byte[] jpeg, TracksDocument tracks)
    {
        using var picture = PhotoDecoder.Decode(jpeg);
        foreach (var face in tracks.BystandersAt(0))
            Pixelation.Apply(picture, face);
        return JpegEncoder.Encode(picture, Quality);
    }

    /// <param name="jpeg">The crop.</param>
    /// <param name="tracks">Boxes in the whole frame.</param>
    /// <param name="alerted">The face that was cut out, in the whole frame.</param>
    public static byte[] Face(byte[] jpeg, TracksDocument tracks, in Box alerted)
    {
        using var picture = PhotoDecoder.Decode(jpeg);
        var area = FaceCrop.Area(tracks.FrameWidth, tracks.FrameHeight, alerted) ?? throw new CaptureException("the face lies outside the picture");
        foreach (var face in tracks.BystandersAt(0))
            Pixelation.Apply(picture, face with { X = face.X - area.X, Y = face.Y - area.Y });
        return JpegEncoder.Encode(picture, Quality);
    }

    /// <summary>Decoded, masked and encoded anew (H.264); nothing of it reaches a disk in the clear.</summary>
    /// <exception cref="CaptureException">It cannot be decoded or encoded.</exception>
    public static byte[] Clip(Stream mp4, TracksDocument tracks)
    {
        var (from, to) = (SharedMemoryFolder.NewFile(".mp4"), SharedMemoryFolder.NewFile(".mp4"));
        try
        {
            using (var file = File.Create(from))
                mp4.CopyTo(file);
            var (framesPerSecond, seconds) = RateOf(from);
            // About what the camera spent: no detail is made up, none is thrown away.
            var kilobits = (int)Math.Clamp(mp4.Length * 8 / 1000 / seconds, 200, 12_000);
            using (var reader = VideoReader.Open(from))
            {
                // Cameras' odd sizes lose a row: H.264 wants even ones.
                using var encoder = VideoEncoder.Create(to, reader.Width & ~1, reader.Height & ~1, framesPerSecond, kilobits);
                while (reader.TryRead(out var frame))
                {
                    using (frame)
                    using (var picture = Even(frame))
                    {
                        foreach (var face in tracks.BystandersAt((tracks.ClipStart ?? 0) + frame.MediaTime.TotalSeconds))
                            Pixelation.Apply(picture, Scaled(face, tracks, frame));
                        encoder.Write(picture);
                    }
                }

                encoder.Finish();
            }

            return File.ReadAllBytes(to);
        }
        finally
        {
            File.Delete(from);
            File.Delete(to);
        }
    }

    private static (double FramesPerSecond, double Seconds) RateOf(string path)
    {
        using var reader = VideoReader.Open(path);
        var (count, last) = (0, TimeSpan.Zero);
        while (reader.TryRead(out var frame))
        {
            using (frame)
                (count, last) = (count + 1, frame.MediaTime);
        }

        return count > 1 && last > TimeSpan.Zero ? (Math.Clamp((count - 1) / last.TotalSeconds, 1, 120), last.TotalSeconds) : (10, 1);
    }

    private static PooledFrame Even(Frame frame)
    {
        var copy = PooledFrame.CopyOf(frame);
        if (((frame.Width | frame.Height) & 1) == 0)
            return copy;
        using (copy)
            return FaceCrop.Cut(copy, (0, 0, frame.Width & ~1, frame.Height & ~1));
    }

    private static Box Scaled(in Box face, TracksDocument tracks, Frame frame)
    {
        if (tracks.FrameWidth <= 0 || tracks.FrameHeight <= 0)
            return face;
        var (x, y) = ((float)frame.Width / tracks.FrameWidth, (float)frame.Height / tracks.FrameHeight);
        return new(face.X * x, face.Y * y, face.Width * x, face.Height * y);
    }
}
