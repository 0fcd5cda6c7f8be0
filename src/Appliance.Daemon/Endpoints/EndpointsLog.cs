namespace Appliance.Daemon.Endpoints;

/// <summary>Ids 1750–1799.</summary>
internal static partial class EndpointsLog
{
    // The endpoint and not the URL: names of persons and tokens in queries stay out of the log.
    [LoggerMessage(1750, LogLevel.Error, "{Method} {Endpoint} failed")]
    public static partial void RequestFailed(this ILogger logger, string method, string endpoint, Exception error);
}
