using Appliance.Core.Cameras;
using Microsoft.Extensions.Logging;

namespace Appliance.Capture.Cameras;

internal static partial class CaptureLog
{
    [LoggerMessage(1100, LogLevel.Information, "Camera {Camera} is {State}. {Reason}")]
    public static partial void CameraChanged(this ILogger logger, CameraId camera, CameraState state, string reason);

    [LoggerMessage(1101, LogLevel.Warning, "Camera {Camera} is {State}: {Reason}")]
    public static partial void CameraFaulted(this ILogger logger, CameraId camera, CameraState state, string reason);

    [LoggerMessage(1102, LogLevel.Error, "Camera {Camera} failed in a way that is not understood; it will be reopened")]
    public static partial void CameraBug(this ILogger logger, CameraId camera, Exception error);

    [LoggerMessage(1103, LogLevel.Error, "A listener to the health of camera {Camera} failed")]
    public static partial void ListenerFailed(this ILogger logger, CameraId camera, Exception error);
}
