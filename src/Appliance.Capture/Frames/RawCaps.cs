using System.Globalization;
using Appliance.Core.Frames;
using Appliance.Native.GStreamer;

namespace Appliance.Capture.Frames;

/// <summary>How a <see cref="Frame"/> is described to GStreamer.</summary>
internal static class RawCaps
{
    /// <summary>Caps of the frame; a still picture without <paramref name="framesPerSecond"/>.</summary>
    public static string For(Frame frame, double framesPerSecond = 0) =>
        For(frame.Width, frame.Height, frame.Format, frame.ColorSpace, framesPerSecond);

    public static string For(int width, int height, PixelFormat format, ColorSpace space, double framesPerSecond)
    {
        // range:matrix:transfer:primaries, by the numbers of GstVideoColorimetry.
        var colorimetry = space switch
        {
            ColorSpace.Bt601Full => "1:4:0:0",
            ColorSpace.Bt709Full => "1:3:5:1",
            ColorSpace.Bt709Limited => "bt709",
            _ => "bt601",
        };
        var rate = string.Create(CultureInfo.InvariantCulture, $"{(long)Math.Round(framesPerSecond * 1000)}/1000");
        return $"video/x-raw,format={(format == PixelFormat.Nv12 ? "NV12" : "I420")},width={width},height={height},"
            + $"framerate={(framesPerSecond <= 0 ? "0/1" : rate)},colorimetry=(string){colorimetry}";
    }

    public static PlanarPicture Planes(Frame frame)
    {
        var isNv12 = frame.Format == PixelFormat.Nv12;
        return new PlanarPicture
        {
            Width = frame.Width,
            Height = frame.Height,
            IsNv12 = isNv12,
            Plane0 = frame.Plane(0),
            Plane1 = frame.Plane(1),
            Plane2 = isNv12 ? default : frame.Plane(2),
            Stride0 = frame.Stride(0),
            Stride1 = frame.Stride(1),
            Stride2 = isNv12 ? 0 : frame.Stride(2),
        };
    }
}
