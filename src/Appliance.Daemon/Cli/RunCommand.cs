using System.CommandLine;
using Appliance.Daemon.Host;

namespace Appliance.Daemon.Cli;

/// <summary><c>run</c>: the daemon, until SIGTERM.</summary>
internal sealed class RunCommand() : Verb("run", "Runs the daemon: cameras, recognition, alerts, REST.")
{
    protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        var loaded = CliConfiguration.Load(arguments);
        await using var app = await ApplianceHost.StartAsync(loaded.Options, cancel);
        await app.WaitForShutdownAsync(cancel);
        return ExitCode.Done;
    }
}
