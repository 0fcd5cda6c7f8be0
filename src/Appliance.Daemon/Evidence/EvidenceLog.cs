using Appliance.Core.Alerts;
using Appliance.Core.Cameras;

namespace Appliance.Daemon.Evidence;

internal static partial class EvidenceLog
{
    [LoggerMessage(2001, LogLevel.Information, "Evidence of alert {Alert} from {Camera} sealed: {Bytes} bytes, {Reason}")]
    public static partial void EvidenceSealed(this ILogger logger, AlertId alert, CameraId camera, long bytes, string reason);

    [LoggerMessage(2002, LogLevel.Warning, "No evidence of alert {Alert} from {Camera}: {Reason}")]
    public static partial void EvidenceMissing(this ILogger logger, AlertId alert, CameraId camera, string reason);

    [LoggerMessage(2003, LogLevel.Information, "Batch {Batch} of the evidence log closed with {Leaves} manifests")]
    public static partial void BatchClosed(this ILogger logger, long batch, int leaves);

    [LoggerMessage(2004, LogLevel.Error, "{Reason}")]
    public static partial void KeyUnusable(this ILogger logger, string reason);

    [LoggerMessage(2005, LogLevel.Warning, "The evidence log could not be written: {Reason}; it is tried again")]
    public static partial void LogUnwritable(this ILogger logger, string reason);

    [LoggerMessage(2006, LogLevel.Error, "Evidence of alert {Alert} failed")]
    public static partial void EvidenceBug(this ILogger logger, AlertId alert, Exception error);

    [LoggerMessage(2030, LogLevel.Information, "Version {Version} of the watchlist signed: {Persons} persons")]
    public static partial void WatchlistSigned(this ILogger logger, long version, int persons);

    [LoggerMessage(2031, LogLevel.Warning, "The watchlist's version could not be signed: {Reason}; it is tried again")]
    public static partial void WatchlistUnsigned(this ILogger logger, string reason);
}
