using System.CommandLine;

namespace Appliance.Daemon.Cli.Models;

/// <summary>
/// <c>models</c>: what the catalogue knows, what is on this box, how a file gets there and which one is in use. While the daemon runs
/// the same verbs go over its REST interface, with the token in <c>WATCHPOST_TOKEN</c>.
/// </summary>
internal sealed class ModelsCommand : Command
{
    public ModelsCommand()
        : base("models", "Look after the models. While the daemon runs, changes go over REST with the token in $WATCHPOST_TOKEN.")
    {
        Add(new ListCommand());
        Add(new PullCommand());
        Add(new VerifyCommand());
        Add(new UseCommand());
        Add(new RemoveCommand());
        Add(new ShadowCommand());
    }
}
