namespace Appliance.Daemon.Learning;

internal static partial class LearningRoomLog
{
    [LoggerMessage(1950, LogLevel.Warning, "What an alert teaches could not be kept: {Reason}")]
    public static partial void SampleLost(this ILogger logger, string reason);
}
