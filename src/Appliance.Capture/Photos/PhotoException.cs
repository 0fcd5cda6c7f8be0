namespace Appliance.Capture.Photos;

/// <summary>Why a photo was refused; the message is fit for the person who sent it.</summary>
public sealed class PhotoException(PhotoFault fault, string message) : CaptureException(message)
{
    public PhotoFault Fault { get; } = fault;
}

/// <summary>The kinds of refusal.</summary>
public enum PhotoFault
{
    /// <summary>Neither JPEG nor PNG nor WebP.</summary>
    UnknownFormat,

    /// <summary>More bytes or more pixels than <see cref="PhotoLimits"/> allow.</summary>
    TooLarge,

    /// <summary>Truncated or damaged.</summary>
    Corrupt,

    /// <summary>Sound, but of a kind that is not read (animation, CMYK).</summary>
    NotSupported,

    /// <summary>The box lacks the decoder; the message says which package.</summary>
    DecoderMissing,
}
