using Appliance.FabricGateway.Cli;

namespace Appliance.FabricGateway;

/// <summary>The companion: signed words of boxes in, places on a Hyperledger Fabric ledger out.</summary>
public static class Program
{
    public static Task<int> Main(string[] args) => CommandLine.Invoke(
        [
            new RunCommand(),
            new ConfigCommand(),
            new DoctorCommand(),
            new StatusCommand(),
            new ListCommand(),
            new RetryCommand(),
            new DropCommand(),
            new DeviceCommand(),
            new RoundCommand(),
            new AuditCommand(),
        ],
        args);
}
