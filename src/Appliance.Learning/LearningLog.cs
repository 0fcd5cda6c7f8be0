using Microsoft.Extensions.Logging;

namespace Appliance.Learning;

internal static partial class LearningLog
{
    [LoggerMessage(1900, LogLevel.Information, "Joined the federation as node {Node}")]
    public static partial void FederationJoined(this ILogger logger, ulong node);

    [LoggerMessage(1901, LogLevel.Warning, "Federation server: {Reason}; trying again in {Pause}")]
    public static partial void FederationRefused(this ILogger logger, string reason, TimeSpan pause);

    [LoggerMessage(1902, LogLevel.Information, "The federation server has forgotten this box ({Reason}); registering anew")]
    public static partial void FederationForgotten(this ILogger logger, string reason);

    [LoggerMessage(1903, LogLevel.Information, "Left the federation as node {Node}")]
    public static partial void FederationLeft(this ILogger logger, ulong node);

    [LoggerMessage(1904, LogLevel.Information, "Left the federation without the server's answer: {Reason}")]
    public static partial void FederationLeftSilently(this ILogger logger, string reason);

    [LoggerMessage(1905, LogLevel.Information, "Run {Run} of the federation is over: {Reason}")]
    public static partial void FederationRunOver(this ILogger logger, ulong run, string reason);

    [LoggerMessage(1906, LogLevel.Information, "Run {Run} of app {App}: {Verdict}")]
    public static partial void FederationRunSeen(this ILogger logger, ulong run, string app, string verdict);

    [LoggerMessage(1907, LogLevel.Warning, "The federation server sent what cannot be used: {Reason}")]
    public static partial void FederationPayloadRefused(this ILogger logger, string reason);

    [LoggerMessage(1908, LogLevel.Error, "A round failed")]
    public static partial void FederationWorkFailed(this ILogger logger, Exception error);

    [LoggerMessage(1909, LogLevel.Warning, "The work of run {Run} was done after its time was up")]
    public static partial void FederationTooLate(this ILogger logger, ulong run);

    [LoggerMessage(1910, LogLevel.Warning, "The server did not take the answer of run {Run}")]
    public static partial void FederationReplyRefused(this ILogger logger, ulong run);

    [LoggerMessage(1911, LogLevel.Information, "The server ends the stream; it asks to come back in {Seconds} s (0 = not at all)")]
    public static partial void FederationReconnect(this ILogger logger, long seconds);

    [LoggerMessage(1920, LogLevel.Information, "Round {Round} ({Kind}, {Head}): {Outcome}")]
    public static partial void RoundDone(this ILogger logger, long round, string kind, string head, string outcome);

    [LoggerMessage(1921, LogLevel.Information, "Model {Model} of head {Head} is now {State}: {Reason}")]
    public static partial void ModelChanged(this ILogger logger, string model, string head, string state, string reason);

    [LoggerMessage(1922, LogLevel.Warning, "Learning cannot keep what it needs: {Reason}")]
    public static partial void LearningStorageFailed(this ILogger logger, string reason);

    [LoggerMessage(1923, LogLevel.Information, "Training waits: the pipeline drops frames")]
    public static partial void TrainingPaused(this ILogger logger);

    [LoggerMessage(1924, LogLevel.Warning, "Training of head {Head} failed")]
    public static partial void TrainingFailed(this ILogger logger, string head, Exception error);
}
