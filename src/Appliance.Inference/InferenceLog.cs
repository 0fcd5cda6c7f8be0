using Microsoft.Extensions.Logging;

namespace Appliance.Inference;

internal static partial class InferenceLog
{
    [LoggerMessage(1201, LogLevel.Information, "Model {Model} from {Path} runs on {Provider}, loaded in {LoadTime}")]
    public static partial void ModelLoaded(this ILogger logger, string model, string path, string provider, TimeSpan loadTime);

    [LoggerMessage(1202, LogLevel.Information, "Model {Model} does not run on {Provider}: {Reason}")]
    public static partial void ProviderRefused(this ILogger logger, string model, string provider, string reason);

    [LoggerMessage(1203, LogLevel.Information, "Model {Model} was not used for {Idle} and gave its memory back")]
    public static partial void ModelUnloaded(this ILogger logger, string model, TimeSpan idle);

    [LoggerMessage(1204, LogLevel.Information, "Model {Model} is no longer in use and gave its memory back")]
    public static partial void ModelLeft(this ILogger logger, string model);

    [LoggerMessage(1205, LogLevel.Warning, "The box's own model catalogue is not used: {Fault}")]
    public static partial void LocalCatalogueIgnored(this ILogger logger, string fault);
}
