using System.Diagnostics;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.EndToEnd.Support;

/// <summary>How the built daemon is started, with an environment that is the same on every machine.</summary>
internal static class DaemonProgram
{
    // …/artifacts/bin/Appliance.IntegrationTests/<configuration>/
    private static readonly DirectoryInfo s_here = new(AppContext.BaseDirectory);

    private static string Assembly { get; } =
        Path.Combine(s_here.Parent!.Parent!.FullName, "Appliance.Daemon", s_here.Name, "Appliance.Daemon.dll");

    /// <param name="home">Home folder of the process, so that a test sees what is written there; null = ours.</param>
    /// <param name="arguments">Verb and options.</param>
    public static ProcessStartInfo Start(string? home, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Assembly, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var name in new[] { "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", "JOURNAL_STREAM", "WATCHPOST_CONFIG", "ORT_DISABLE_TELEMETRY" })
            start.Environment.Remove(name);
        start.Environment["WATCHPOST_ROOT"] = Checkout.Root;
        if (home is not null)
        {
            start.Environment["HOME"] = home;
            start.Environment.Remove("XDG_CACHE_HOME");
        }

        return start;
    }

    /// <summary>Runs a verb that ends by itself.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> Run(TimeSpan patience, params string[] arguments)
    {
        using var process = Process.Start(Start(null, arguments))!;
        try
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync().WaitAsync(patience);
            return (process.ExitCode, await output, await error);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }
}
