namespace Appliance.Daemon.Host.Configuration;

/// <summary>What is logged.</summary>
public sealed class LogOptions
{
    /// <summary>Least level: Trace, Debug, Information, Warning, Error or Critical.</summary>
    public LogLevel Level { get; init; } = LogLevel.Information;
}
