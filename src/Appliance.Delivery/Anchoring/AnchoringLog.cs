using Microsoft.Extensions.Logging;

namespace Appliance.Delivery.Anchoring;

/// <summary>Ids 1530–1539.</summary>
internal static partial class AnchoringLog
{
    [LoggerMessage(1530, LogLevel.Warning, "Anchoring over {Way} does not work: {Reason}; trying again until it does")]
    public static partial void AnchoringFails(this ILogger logger, string way, string reason);

    [LoggerMessage(1531, LogLevel.Information, "Anchoring over {Way} works again")]
    public static partial void AnchoringWorks(this ILogger logger, string way);

    [LoggerMessage(1532, LogLevel.Error, "Anchoring over {Way} interrupted; next attempt in {Pause}")]
    public static partial void AnchoringInterrupted(this ILogger logger, string way, TimeSpan pause, Exception error);

    [LoggerMessage(1533, LogLevel.Error, "The companion refuses {Item} for good: {Error} {Detail}")]
    public static partial void AnchorRefused(this ILogger logger, string item, string error, string detail);

    [LoggerMessage(1534, LogLevel.Warning, "{Count} messages of the companion could not be used; the last: {Reason}")]
    public static partial void CompanionMessageRefused(this ILogger logger, long count, string reason);

    [LoggerMessage(1535, LogLevel.Information, "{Count} things that the companion refused are sent again")]
    public static partial void AnchoringRetried(this ILogger logger, int count);
}
