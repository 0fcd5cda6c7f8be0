using System.CommandLine;

namespace Appliance.Daemon.Cli.Scene;

/// <summary><c>scene</c>: rendered people instead of cameras, for demo, tests and training.</summary>
internal sealed class SceneCommand : Command
{
    public SceneCommand()
        : base("scene", "Render people who walk past cameras; nobody's real face.")
    {
        Add(new SceneRenderCommand());
        Add(new ScenePortraitsCommand());
        Add(new SceneCropsCommand());
    }
}
