using System.CommandLine;
using Appliance.Daemon.Host.Configuration;

namespace Appliance.Daemon.Cli;

/// <summary>The configuration for a verb that needs a good one.</summary>
internal static class CliConfiguration
{
    /// <exception cref="CliException">It has faults: all of them, one per line.</exception>
    public static LoadedConfiguration Load(ParseResult arguments)
    {
        var loaded = ConfigurationFile.Load(arguments.GetValue(CommandLine.Config));
        return loaded.Faults.Count == 0
            ? loaded
            : throw new CliException(
                $"{loaded.Path} cannot be used:{Environment.NewLine}{string.Join(Environment.NewLine, loaded.Faults.Select(fault => "  " + fault))}",
                ExitCode.Usage);
    }
}
