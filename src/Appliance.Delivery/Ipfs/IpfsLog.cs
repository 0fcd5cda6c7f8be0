using Microsoft.Extensions.Logging;

namespace Appliance.Delivery.Ipfs;

internal static partial class IpfsLog
{
    [LoggerMessage(2030, LogLevel.Warning, "Evidence cannot be pinned at {Address}: {Reason}; it is tried again")]
    public static partial void PinningFailed(this ILogger logger, string address, string reason);

    [LoggerMessage(2031, LogLevel.Information, "Evidence is pinned at {Address} again")]
    public static partial void PinningWorks(this ILogger logger, string address);
}
