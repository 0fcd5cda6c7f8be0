using Appliance.Core.Frames;

namespace Appliance.Capture.Photos;

/// <summary>Decodes JPEG, PNG and WebP photos, told apart by their first bytes, with the EXIF orientation applied.</summary>
public static class PhotoDecoder
{
    /// <summary>The picture as I420, full range BT.601; the caller disposes it.</summary>
    /// <exception cref="PhotoException">The photo is refused; says why.</exception>
    public static PooledFrame Decode(ReadOnlySpan<byte> photo, PhotoLimits? limits = null) => throw new NotImplementedException();
}
