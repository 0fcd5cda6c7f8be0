using System.CommandLine;
using System.Security.Cryptography;
using Appliance.Daemon.Host;
using Appliance.FabricGateway.Configuration;

namespace Appliance.FabricGateway.Cli;

/// <summary><c>run</c>: the companion, until SIGTERM.</summary>
internal sealed class RunCommand : Verb
{
    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Take in, check and simulate at the peer; endorse and submit nothing." };

    public RunCommand()
        : base("run", "Runs the companion: intake, anchoring, receipts.") => Add(_dryRun);

    protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        var options = Configured(arguments);
        if (arguments.GetValue(_dryRun))
            options = WithDryRun(options);
        using var loggers = HostLogging.Create(options.Log.Level);
        await using var host = await Start(options, loggers, cancel).ConfigureAwait(false);
        var addresses = host.Addresses;
        output.Say(new { addresses, dryRun = options.Anchoring.DryRun }, $"Listening on {string.Join(", ", addresses)}{(options.Anchoring.DryRun ? " (dry run)" : "")}");
        await host.WaitForShutdownAsync(cancel).ConfigureAwait(false);
        return ExitCode.Done;
    }

    private static async Task<GatewayHost> Start(GatewayOptions options, ILoggerFactory loggers, CancellationToken cancel)
    {
        try
        {
            return await GatewayHost.StartAsync(options, loggers, cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new CliException(error.Message);
        }
    }

    private static GatewayOptions WithDryRun(GatewayOptions options) => new()
    {
        Storage = options.Storage,
        Fabric = options.Fabric,
        Anchoring = new()
        {
            MaxHeaders = options.Anchoring.MaxHeaders,
            Gather = options.Anchoring.Gather,
            MaxInFlight = options.Anchoring.MaxInFlight,
            RetryFirst = options.Anchoring.RetryFirst,
            RetryLongest = options.Anchoring.RetryLongest,
            LateAfter = options.Anchoring.LateAfter,
            DryRun = true,
        },
        Https = options.Https,
        Mqtt = options.Mqtt,
        Observe = options.Observe,
        Devices = options.Devices,
        Log = options.Log,
    };
}
