using System.CommandLine;
using Appliance.Daemon.Platform;
using Appliance.Daemon.Platform.Power;
using Appliance.Native.DBus;

namespace Appliance.Daemon.Cli;

/// <summary><c>system reboot</c> and <c>system poweroff</c>: through logind, which asks polkit and waits for the daemon's last alerts.</summary>
internal sealed class SystemCommand : Command
{
    public SystemCommand()
        : base("system", "The machine as a whole.")
    {
        Add(new PowerVerb("reboot", "Restarts the machine, after the last alerts are written.", PowerAction.Reboot));
        Add(new PowerVerb("poweroff", "Switches the machine off, after the last alerts are written.", PowerAction.PowerOff));
    }

    private sealed class PowerVerb(string name, string description, PowerAction action) : Verb(name, description)
    {
        protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            using var bus = new SystemBus(CliConfiguration.Load(arguments).Options.Platform.BusAddress);
            try
            {
                await new LoginManager(bus).Do(action, cancel);
            }
            catch (BusException error)
            {
                throw new CliException(error switch
                {
                    { IsServiceMissing: true } => "systemd-logind is not on this machine",
                    { IsDenied: true } => "not allowed: run it as root, or over REST as an admin",
                    _ => error.Message,
                });
            }

            output.Write(new { asked = action.ToString().ToLowerInvariant() }, console => console.Profile.Out.Writer.WriteLine("asked; it begins now"));
            return ExitCode.Done;
        }
    }
}
