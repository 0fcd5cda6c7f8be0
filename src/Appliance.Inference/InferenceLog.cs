using Microsoft.Extensions.Logging;

namespace Appliance.Inference;

internal static partial class InferenceLog
{
    [LoggerMessage(1201, LogLevel.Information, "Model {Model} from {Path} runs on {Provider}, loaded in {LoadTime}")]
    public static partial void ModelLoaded(this ILogger logger, string model, string path, string provider, TimeSpan loadTime);

    [LoggerMessage(1202, LogLevel.Information, "Model {Model} does not run on {Provider}: {Reason}")]
    public static partial void ProviderRefused(this ILogger logger, string model, string provider, string reason);
}
