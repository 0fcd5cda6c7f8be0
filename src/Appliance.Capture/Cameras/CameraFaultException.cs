namespace Appliance.Capture.Cameras;

/// <summary>Why a camera stopped giving pictures; the message says what to do.</summary>
public sealed class CameraFaultException(CameraState state, string reason) : CaptureException(reason)
{
    /// <summary><see cref="CameraState.Lost"/>, <see cref="CameraState.Broken"/>, <see cref="CameraState.Silent"/> or <see cref="CameraState.Frozen"/>.</summary>
    public CameraState State { get; } = state;
}
