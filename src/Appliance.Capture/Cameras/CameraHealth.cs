using Appliance.Core.Cameras;

namespace Appliance.Capture.Cameras;

/// <summary>A camera's state at one moment, for REST, MQTT, metrics and the log. Holds no secret.</summary>
/// <param name="Camera">Which camera.</param>
/// <param name="State">What it is doing.</param>
/// <param name="Reason">Why, in plain words, and what to do about it; empty while running.</param>
/// <param name="Since">When the state began, UTC.</param>
/// <param name="FramesPerSecond">Decoded frames per second over the last seconds.</param>
/// <param name="Decoded">Frames decoded since the worker was started, skipped ones included.</param>
/// <param name="Skipped">Frames not handed on because they exceed the analysis rate.</param>
/// <param name="Restarts">Times the camera was reopened after a fault.</param>
/// <param name="DecodeErrors">Broken pieces of bitstream that the decoder reported.</param>
/// <param name="Width">Picture width in pixels, 0 before the first frame.</param>
/// <param name="Height">Picture height in pixels, 0 before the first frame.</param>
/// <param name="Codec">Such as <c>h264</c>, <c>h265</c>, <c>jpeg</c>, <c>raw</c>; empty before it is known.</param>
/// <param name="Decoder">GStreamer element that decodes; empty before it is known.</param>
/// <param name="LastFrameAt">Arrival of the newest frame, UTC.</param>
public sealed record CameraHealth(
    CameraId Camera,
    CameraState State,
    string Reason,
    DateTimeOffset Since,
    double FramesPerSecond,
    long Decoded,
    long Skipped,
    int Restarts,
    long DecodeErrors,
    int Width,
    int Height,
    string Codec,
    string Decoder,
    DateTimeOffset? LastFrameAt);
