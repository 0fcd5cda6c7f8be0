using System.Diagnostics;
using Appliance.Capture.Frames;
using Appliance.Core.Frames;
using Appliance.Native.GStreamer;

namespace Appliance.Capture.Photos;

/// <summary>Encodes frames as JPEG (JFIF, full range BT.601, 4:2:0).</summary>
public static class JpegEncoder
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    /// <param name="frame">Any frame; it stays the caller's.</param>
    /// <param name="quality">1 to 100.</param>
    /// <exception cref="CaptureException">The encoder is missing or failed.</exception>
    public static byte[] Encode(Frame frame, int quality = 85)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(quality, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(quality, 100);
        try
        {
            // By way of RGB unless it is JPEG's colour space already: videoconvert 1.22 ignores the range between I420 and I420.
            var toRgb = frame.ColorSpace == ColorSpace.Bt601Full ? "" : "videoconvert n-threads=1 ! video/x-raw,format=RGB ! ";
            using var pipeline = Pipeline.Parse(
                $"appsrc name=in format=time ! {toRgb}videoconvert n-threads=1 ! video/x-raw,format=I420,colorimetry=(string)1:4:0:0 ! "
                + $"jpegenc quality={quality} idct-method=islow ! appsink name=out sync=false enable-last-sample=false");
            using var source = pipeline.Source("in");
            using var sink = pipeline.Sink("out");
            source.SetCaps(RawCaps.For(frame));
            pipeline.Play();
            source.Push(RawCaps.Planes(frame), pts: 0);
            source.EndOfStream();
            return Take(pipeline, sink);
        }
        catch (GStreamerException fault)
        {
            throw new CaptureException($"the picture could not be encoded as JPEG: {fault.Message}", fault);
        }
    }

    private static byte[] Take(Pipeline pipeline, VideoSink sink)
    {
        var bytes = new Collected();
        var started = Stopwatch.GetTimestamp();
        while (sink.TryPull(bytes, TimeSpan.FromMilliseconds(50)) != PullResult.Taken)
        {
            pipeline.ThrowIfFailed();
            if (Stopwatch.GetElapsedTime(started) > s_patience)
                throw new GStreamerException("the JPEG encoder gives nothing");
        }

        return bytes.Bytes;
    }

    private sealed class Collected : IEncodedTap
    {
        public byte[] Bytes { get; private set; } = [];

        public void OnCaps(string caps)
        {
        }

        public void OnPacket(in EncodedBuffer buffer)
        {
            Bytes = new byte[buffer.Length];
            buffer.CopyTo(Bytes);
        }
    }
}
