using Appliance.Core.Outputs;
using Microsoft.Extensions.Logging;

namespace Appliance.Delivery.Outputs;

/// <summary>Ids 1600–1699.</summary>
internal static partial class OutputsLog
{
    [LoggerMessage(1600, LogLevel.Information, "Output {Output} on until {Until:O}: {Reason}")]
    public static partial void OutputOn(this ILogger logger, OutputId output, DateTimeOffset? until, string reason);

    [LoggerMessage(1601, LogLevel.Information, "Output {Output} off: {Reason}")]
    public static partial void OutputOff(this ILogger logger, OutputId output, string reason);

    [LoggerMessage(1602, LogLevel.Warning, "Output {Output} reached its maximum on-time of {Limit}; switched off")]
    public static partial void MaximumOnTime(this ILogger logger, OutputId output, TimeSpan limit);

    [LoggerMessage(1603, LogLevel.Error, "Outputs are not working: {Reason}")]
    public static partial void DriverFailed(this ILogger logger, string reason);

    [LoggerMessage(1604, LogLevel.Information, "Outputs work again")]
    public static partial void DriverRecovered(this ILogger logger);

    [LoggerMessage(1605, LogLevel.Error, "A listener to output changes failed")]
    public static partial void ListenerFailed(this ILogger logger, Exception error);

    [LoggerMessage(1606, LogLevel.Warning, "Output {Output} stays as it is, {Why}: {Reason}")]
    public static partial void OutputRefused(this ILogger logger, OutputId output, string why, string reason);
}
