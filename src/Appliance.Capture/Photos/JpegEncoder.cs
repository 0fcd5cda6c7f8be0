using Appliance.Core.Frames;

namespace Appliance.Capture.Photos;

/// <summary>Encodes frames as JPEG (JFIF, full range BT.601, 4:2:0).</summary>
public static class JpegEncoder
{
    /// <param name="frame">Any frame; it stays the caller's.</param>
    /// <param name="quality">1 to 100.</param>
    /// <exception cref="CaptureException">The encoder is missing or failed.</exception>
    public static byte[] Encode(Frame frame, int quality = 85) => throw new NotImplementedException();
}
