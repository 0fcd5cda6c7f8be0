using System.CommandLine;
using System.CommandLine.Help;

namespace Appliance.Daemon.Cli;

/// <summary>The verbs of <c>watchpost</c> and the options that all of them have.</summary>
internal static class CommandLine
{
    /// <summary>Machine-readable output on standard output, one JSON document (or NDJSON where the verb says so).</summary>
    public static readonly Option<bool> Json = new("--json")
    {
        Description = "Print JSON instead of text.",
        Recursive = true,
    };

    /// <summary>Where the configuration is.</summary>
    public static readonly Option<string?> Config = new("--config")
    {
        Description = "Configuration file; default: $WATCHPOST_CONFIG, else /etc/watchpost/appliance.json.",
        HelpName = "FILE",
        Recursive = true,
    };

    /// <summary>Parses and runs. 0 = done, 1 = failed, 2 = wrong usage or configuration.</summary>
    public static async Task<int> InvokeAsync(IEnumerable<Command> verbs, string[] args, TextWriter? output = null, TextWriter? error = null)
    {
        // Not a RootCommand: that one takes the name of the DLL, and users type another.
        var root = new Command("watchpost", "Watchpost: cameras, face recognition and alerts on one box.") { new HelpOption(), new VersionOption(), Json, Config };
        foreach (var verb in verbs)
            root.Add(verb);

        var parsed = root.Parse(args);
        var configuration = new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            // A daemon that is asked to stop writes what waits first; systemd has the last word on how long.
            ProcessTerminationTimeout = TimeSpan.FromMinutes(6),
            Output = output ?? Console.Out,
            Error = error ?? Console.Error,
        };
        var code = await parsed.InvokeAsync(configuration);
        return parsed.Errors.Count > 0 ? ExitCode.Usage : code;
    }
}

/// <summary>What the process ends with.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;

    /// <summary>Wrong arguments or a configuration that cannot be used.</summary>
    public const int Usage = 2;
}
