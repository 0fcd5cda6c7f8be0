using System.Diagnostics;

namespace Appliance.IntegrationTests.Fabric.OfficialClient;

/// <summary>A test that needs npm, and a node new enough for the official client.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class OfficialClientFactAttribute : FactAttribute
{
    private static readonly Version s_oldest = new(20, 9);

    /// <summary>Null = both are there.</summary>
    internal static string? WhyNot { get; } =
        !Version.TryParse(Output("node", "--version")?.TrimStart('v'), out var version) ? "needs node on the PATH"
        : version < s_oldest ? $"needs node {s_oldest} or newer, this is {version}"
        : Output("npm", "--version") is null ? "needs npm on the PATH"
        : null;

    public OfficialClientFactAttribute() => Skip = WhyNot;

    private static string? Output(string program, string argument)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, argument) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            var line = process.StandardOutput.ReadLine();
            process.WaitForExit();
            return process.ExitCode == 0 ? line : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }
}
