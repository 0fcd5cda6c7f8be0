using Appliance.Core.Alerts;
using Appliance.Core.Cameras;
using Appliance.Core.Outputs;

namespace Appliance.Daemon.Pipeline;

internal static partial class PipelineLog
{
    [LoggerMessage(1801, LogLevel.Warning, "Rule for {Category} names output {Output}, which this box does not have")]
    public static partial void OutputUnknown(this ILogger logger, string output, string category);

    // The id only: who it was is personal data and stays in the store.
    [LoggerMessage(1802, LogLevel.Information, "Alert {Alert} stored as seq {Seq}: {Kind} on camera {Camera}")]
    public static partial void AlertStored(this ILogger logger, AlertId alert, long seq, string kind, CameraId camera);

    [LoggerMessage(1803, LogLevel.Error, "Alerts cannot be stored; they wait in memory and are tried again")]
    public static partial void StoringFailed(this ILogger logger, Exception error);

    [LoggerMessage(1804, LogLevel.Information, "Alerts are stored again; {Waiting} still wait")]
    public static partial void StoringResumed(this ILogger logger, int waiting);

    [LoggerMessage(1805, LogLevel.Error, "Inference worker failed and is restarted in {Pause}")]
    public static partial void WorkerRestarting(this ILogger logger, TimeSpan pause, Exception error);

    [LoggerMessage(1806, LogLevel.Information, "Pipeline started: {Cameras} cameras on {Workers} inference workers")]
    public static partial void PipelineStarted(this ILogger logger, int cameras, int workers);

    [LoggerMessage(1808, LogLevel.Information, "Pipeline stopped: {Stored} alerts stored, {Waiting} left waiting")]
    public static partial void PipelineStopped(this ILogger logger, long stored, int waiting);

    [LoggerMessage(1809, LogLevel.Error, "State could not be reported; the next round tries again")]
    public static partial void ReportFailed(this ILogger logger, Exception error);

    [LoggerMessage(1810, LogLevel.Error, "A command for output {Output} could not be audited")]
    public static partial void AuditFailed(this ILogger logger, OutputId output, Exception error);
}
