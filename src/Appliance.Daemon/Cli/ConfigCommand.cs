using System.CommandLine;
using System.Text.Json;
using Appliance.Daemon.Host;
using Appliance.Daemon.Host.Configuration;

namespace Appliance.Daemon.Cli;

/// <summary><c>config check</c>: every fault of the configuration with its path, before the daemon refuses to start.</summary>
internal sealed class ConfigCommand : Command
{
    public ConfigCommand()
        : base("config", "Look after the configuration.")
    {
        Add(new CheckCommand());
        Add(new ReferenceCommand());
        Add(new DeviceRequestCommand());
    }

    private sealed class ReferenceCommand() : Verb("reference", "Prints a complete appliance.json with every option, its default and its meaning.")
    {
        protected override Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            // It is JSON in either case: with comments for people, as a bare document for programs.
            var text = ConfigReference.Write();
            if (output.IsJson)
                output.Write(JsonDocument.Parse(text, ConfigurationFile.Json).RootElement, _ => { });
            else
                output.Console.Profile.Out.Writer.Write(text);
            return Task.FromResult(ExitCode.Done);
        }
    }

    private sealed class DeviceRequestCommand()
        : Verb("device-csr", "Prints a request for the box's signing key; what the site's authority issues replaces device.crt.")
    {
        protected override Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            var options = RuntimeOptionsFactory.From(CliConfiguration.Load(arguments).Options);
            var request = DeviceCertificate.Request(options.Store.DataDirectory, options.Identity.Serial);
            output.Write(new { request }, console => console.Profile.Out.Writer.WriteLine(request));
            return Task.FromResult(ExitCode.Done);
        }
    }

    private sealed class CheckCommand() : Verb("check", "Lists every fault of the configuration with its path; 2 = it cannot be used.")
    {
        protected override Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            var loaded = ConfigurationFile.Load(arguments.GetValue(CommandLine.Config));
            var good = loaded.Faults.Count == 0;
            var file = loaded.Path ?? "(no file: defaults)";
            output.Write(
                new { file = loaded.Path, valid = good, cameras = loaded.Options.Cameras.Count, faults = loaded.Faults },
                console =>
                {
                    foreach (var fault in loaded.Faults)
                        console.Profile.Out.Writer.WriteLine(fault);
                    console.Profile.Out.Writer.WriteLine(good
                        ? $"{file}: good; {loaded.Options.Cameras.Count} cameras"
                        : $"{file}: {loaded.Faults.Count} faults");
                });
            return Task.FromResult(good ? ExitCode.Done : ExitCode.Usage);
        }
    }
}
