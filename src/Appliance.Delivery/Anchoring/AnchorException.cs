namespace Appliance.Delivery.Anchoring;

/// <summary>The companion could not be spoken with, or answered what is no answer; later it may.</summary>
/// <param name="message">One sentence for the technician.</param>
/// <param name="wasReached">Whether it was the companion that said so.</param>
/// <param name="after">How long it asks to be left alone.</param>
internal sealed class AnchorException(string message, bool wasReached = false, TimeSpan? after = null) : Exception(message)
{
    public bool WasReached { get; } = wasReached;

    public TimeSpan? After { get; } = after;
}
