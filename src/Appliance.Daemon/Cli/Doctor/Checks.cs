using Appliance.Daemon.Host;
using Appliance.Daemon.Host.Configuration;

namespace Appliance.Daemon.Cli.Doctor;

/// <summary>All checks in the order in which a technician would look.</summary>
internal static class Checks
{
    public static async Task<IReadOnlyList<Check>> RunAll(string? configuration, CancellationToken cancel)
    {
        var loaded = ConfigurationFile.Load(configuration);
        var options = loaded.Options;
        var runtime = RuntimeOptionsFactory.From(options);
        return
        [
            Configuration(loaded),
            .. LibraryChecks.All(runtime.Inference),
            .. ModelChecks.All(runtime.Inference),
            .. DiskChecks.All(runtime.Store.DataDirectory),
            .. ClockChecks.All(TimeProvider.System.GetUtcNow()),
            .. await CameraChecks.All(options.Cameras, cancel),
            .. OutputChecks.All(options.Outputs),
            .. await NetworkChecks.Broker(options.Mqtt, cancel),
            .. NetworkChecks.Rest(options.Api),
        ];
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
