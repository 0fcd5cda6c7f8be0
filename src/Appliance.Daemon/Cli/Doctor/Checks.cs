using Appliance.Daemon.Host.Configuration;

namespace Appliance.Daemon.Cli.Doctor;

/// <summary>All checks in the order in which a technician would look.</summary>
internal static class Checks
{
    public static Task<IReadOnlyList<Check>> RunAll(string? configuration, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var loaded = ConfigurationFile.Load(configuration);
        IReadOnlyList<Check> checks = [Configuration(loaded)];
        return Task.FromResult(checks);
    }

    private static Check Configuration(LoadedConfiguration loaded) => loaded switch
    {
        { Faults.Count: > 0 } => Check.Fail(
            "configuration", $"{loaded.Faults.Count} faults; first: {loaded.Faults[0]}", "run 'watchpost config check'"),
        { Path: null } => Check.Warn(
            "configuration", $"no {ConfigurationFile.DefaultPath}: defaults, no cameras", "copy docs/appliance.json there and edit it"),
        _ => Check.Ok("configuration", $"{loaded.Path}, {loaded.Options.Cameras.Count} cameras"),
    };
}
