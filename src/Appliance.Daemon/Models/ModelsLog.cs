namespace Appliance.Daemon.Models;

/// <summary>Ids 1850–1899 of the pipeline's block.</summary>
internal static partial class ModelsLog
{
    [LoggerMessage(1850, LogLevel.Warning, "{What} of model {Model} failed: {Reason}")]
    public static partial void JobFailed(this ILogger logger, string what, string model, string reason);

    [LoggerMessage(1851, LogLevel.Error, "{What} of model {Model} broke")]
    public static partial void JobBroke(this ILogger logger, string what, string model, Exception error);

    [LoggerMessage(1852, LogLevel.Information, "Model {Model} was installed from {From}")]
    public static partial void Installed(this ILogger logger, string model, string from);

    [LoggerMessage(1853, LogLevel.Information, "{Kind} is {Model} from now on; {Photos} photos were taught to it, {Unknown} persons are unknown to it")]
    public static partial void Switched(this ILogger logger, string kind, string model, int photos, int unknown);

    [LoggerMessage(1854, LogLevel.Information, "Model {Model} was removed with {Templates} templates")]
    public static partial void Removed(this ILogger logger, string model, int templates);

    [LoggerMessage(1855, LogLevel.Warning, "Who is unknown to the model in use could not be read: {Reason}")]
    public static partial void UnknownUnread(this ILogger logger, string reason);

    [LoggerMessage(1856, LogLevel.Information, "Shadow of the {Kind}: {Candidate} runs beside it on {Share} of what it sees, for {Duration}")]
    public static partial void ShadowStarted(this ILogger logger, string kind, string candidate, double share, TimeSpan duration);

    [LoggerMessage(1857, LogLevel.Information, "Shadow of the {Kind} by {Candidate} ended: {Why}")]
    public static partial void ShadowEnded(this ILogger logger, string kind, string candidate, string why);
}
