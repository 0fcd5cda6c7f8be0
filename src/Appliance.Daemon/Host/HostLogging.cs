using Microsoft.Extensions.Logging.Console;

namespace Appliance.Daemon.Host;

/// <summary>Structured log lines: with journald's priorities under systemd, with a UTC time elsewhere.</summary>
internal static class HostLogging
{
    public static ILoggerFactory Create(LogLevel level, Action<ILoggingBuilder>? configure = null) => LoggerFactory.Create(logging =>
    {
        logging.SetMinimumLevel(level);
        // Kestrel's and routing's own chatter says nothing to a technician.
        logging.AddFilter("Microsoft", level < LogLevel.Information ? level : LogLevel.Warning);
        // systemd sets it when standard error goes to the journal, which adds the time itself.
        if (Environment.GetEnvironmentVariable("JOURNAL_STREAM") is { Length: > 0 })
        {
            logging.AddSystemdConsole();
        }
        else
        {
            logging.AddSimpleConsole(console =>
            {
                console.SingleLine = true;
                console.UseUtcTimestamp = true;
                console.TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";
                console.ColorBehavior = LoggerColorBehavior.Disabled;
            });
        }

        // Results of verbs are on standard output; the log must not be mixed into them.
        logging.Services.Configure<ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        configure?.Invoke(logging);
    });
}
