using System.Diagnostics;

namespace Appliance.IntegrationTests.Support;

/// <summary>A test that needs node and Python with its cryptography package.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class VerifierFactAttribute : FactAttribute
{
    private static readonly string? s_whyNot =
        !Runs("node", "--version") ? "needs node on the PATH"
        : !Runs("python3", "-c", "import cryptography") ? "needs python3 with cryptography (Debian: python3-cryptography)"
        : null;

    public VerifierFactAttribute() => Skip = s_whyNot;

    private static bool Runs(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
