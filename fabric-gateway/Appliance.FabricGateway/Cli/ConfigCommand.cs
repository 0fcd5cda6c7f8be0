using System.CommandLine;
using Appliance.FabricGateway.Configuration;

namespace Appliance.FabricGateway.Cli;

/// <summary><c>config check|reference</c>.</summary>
internal sealed class ConfigCommand : Command
{
    public ConfigCommand()
        : base("config", "Look after the configuration.")
    {
        Add(new CheckCommand());
        Add(new ReferenceCommand());
    }

    private sealed class CheckCommand() : Verb("check", "Lists every fault of the configuration with its path; 2 = it cannot be used.")
    {
        protected override Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            var loaded = GatewayConfiguration.Load(arguments.GetValue(CommandLine.Config));
            var good = loaded.Faults.Count == 0;
            output.Say(
                new { file = loaded.Path, valid = good, faults = loaded.Faults },
                good ? $"{loaded.Path}: good" : $"{string.Join(Environment.NewLine, loaded.Faults)}{Environment.NewLine}{loaded.Path}: {loaded.Faults.Count} faults");
            return Task.FromResult(good ? ExitCode.Done : ExitCode.Usage);
        }
    }

    private sealed class ReferenceCommand() : Verb("reference", "Prints a complete fabric-gateway.json with every option, its default and its meaning.")
    {
        protected override Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            Console.Out.Write(GatewayConfiguration.Reference());
            return Task.FromResult(ExitCode.Done);
        }
    }
}
