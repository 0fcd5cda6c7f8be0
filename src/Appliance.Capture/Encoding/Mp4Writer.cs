namespace Appliance.Capture.Encoding;

/// <summary>Muxes encoded packets into an MP4 file, without decoding them.</summary>
public sealed class Mp4Writer : IDisposable
{
    /// <param name="path">File to write; an existing one is replaced.</param>
    /// <param name="caps">Caps of the packets, as in <see cref="EncodedClip.Caps"/>.</param>
    public static Mp4Writer Create(string path, string caps) => throw new NotImplementedException();

    /// <summary>Adds one packet; the first must be a key frame. Times are shifted so that the file begins at zero.</summary>
    public void Write(EncodedPacket packet, ReadOnlySpan<byte> bytes) => throw new NotImplementedException();

    /// <summary>Adds all packets of a clip.</summary>
    public void Write(EncodedClip clip) => throw new NotImplementedException();

    /// <summary>Completes the file. Without it the file is not playable.</summary>
    /// <exception cref="CaptureException">The file could not be completed (disk full, broken packets).</exception>
    public void Finish() => throw new NotImplementedException();

    public void Dispose()
    {
    }
}
