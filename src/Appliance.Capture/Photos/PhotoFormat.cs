namespace Appliance.Capture.Photos;

/// <summary>File formats of photos.</summary>
internal enum PhotoFormat
{
    Jpeg,
    Png,
    WebP,
}
