namespace Appliance.Capture.Encoding;

/// <summary>
/// The last seconds of a camera's encoded video, in one ring of bytes that never grows. Bounded by time and by size; what
/// leaves, leaves as whole groups of pictures, so that the oldest packet is a key frame. Thread-safe.
/// </summary>
public sealed class EncodedRing
{
    /// <param name="length">How much video is kept at least, if <paramref name="capacity"/> allows; zero keeps nothing.</param>
    /// <param name="capacity">Bytes; allocated with the first packet.</param>
    public EncodedRing(TimeSpan length, int capacity)
    {
        Length = length;
        Capacity = capacity;
    }

    public TimeSpan Length { get; }

    public int Capacity { get; }

    /// <summary>Copies what is kept from <paramref name="from"/> (wall clock) on, beginning at the key frame before it.</summary>
    /// <returns>Null when nothing is kept.</returns>
    public EncodedClip? CopySince(DateTimeOffset from) => throw new NotImplementedException();

    /// <summary>Copies what came after an earlier clip's <see cref="EncodedClip.Next"/>.</summary>
    /// <returns>Null when nothing new has come, or when the stream has changed or been overwritten since.</returns>
    public EncodedClip? CopyFrom(long next) => throw new NotImplementedException();
}
