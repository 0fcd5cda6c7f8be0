namespace Appliance.Capture.Encoding;

/// <summary>One encoded access unit as it came from the camera.</summary>
/// <param name="Pts">Presentation time in the stream; null if the stream does not say.</param>
/// <param name="Dts">Decoding time in the stream; null if the stream does not say.</param>
/// <param name="Duration">Null if the stream does not say.</param>
/// <param name="IsKeyFrame">Decoding can begin here.</param>
/// <param name="CapturedAt">Wall clock at arrival, UTC.</param>
public readonly record struct EncodedPacket(
    TimeSpan? Pts, TimeSpan? Dts, TimeSpan? Duration, bool IsKeyFrame, DateTimeOffset CapturedAt);
