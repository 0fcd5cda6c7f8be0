using System.CommandLine;
using Appliance.Daemon.Host;
using Appliance.Store;

namespace Appliance.Daemon.Cli;

/// <summary><c>run</c>: the daemon, until SIGTERM.</summary>
internal sealed class RunCommand() : Verb("run", "Runs the daemon: cameras, recognition, alerts, REST.")
{
    protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        var loaded = CliConfiguration.Load(arguments);
        if (loaded.Path is null)
            output.Note("watchpost: no configuration file; running with defaults and without cameras of a file");

        await using var host = await Start(loaded.Options, cancel);
        var addresses = host.Addresses;
        if (host.ClaimCode is { } code)
        {
            // On standard output and not in the log: it opens the box until it is used.
            output.WriteLine(
                new { claimCode = code, addresses },
                $"This box has no admin yet. One-time claim code: {code}  (POST {addresses[0]}/api/v1/claim)");
        }
        else
        {
            output.WriteLine(new { addresses }, $"REST on {string.Join(", ", addresses)}");
        }

        await host.WaitForShutdownAsync(cancel);
        return ExitCode.Done;
    }

    private static async Task<ApplianceHost> Start(Host.Configuration.ApplianceOptions options, CancellationToken cancel)
    {
        try
        {
            return await ApplianceHost.StartAsync(options, cancel);
        }
        catch (StoreException error)
        {
            throw new CliException(error.Message);
        }
        catch (IOException error)
        {
            throw new CliException($"REST cannot be offered: {error.Message}");
        }
        catch (System.Security.Cryptography.CryptographicException error)
        {
            throw new CliException($"The certificate or its key cannot be used: {error.Message}");
        }
    }
}
