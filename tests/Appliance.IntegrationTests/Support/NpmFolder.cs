using System.Diagnostics;

namespace Appliance.IntegrationTests.Support;

/// <summary>Folders whose packages npm brings, as their lock files say.</summary>
internal static class NpmFolder
{
    // A registry that stumbles once is no failed test.
    private const int Attempts = 3;

    private static readonly SemaphoreSlim s_installing = new(1);

    /// <summary>Installs what is missing; does nothing when all is there.</summary>
    /// <exception cref="InvalidOperationException">npm failed, with what it said.</exception>
    public static async Task Install(string folder, params string[] options)
    {
        await s_installing.WaitAsync();
        try
        {
            // npm writes this one last.
            if (File.Exists(Path.Combine(folder, "node_modules", ".package-lock.json")))
                return;
            for (var attempt = 1; await Run(folder, options) is { } fault; attempt++)
            {
                if (attempt == Attempts)
                    throw new InvalidOperationException($"npm ci in {folder} failed: {fault}");
            }
        }
        finally
        {
            s_installing.Release();
        }
    }

    /// <summary>Null = done.</summary>
    private static async Task<string?> Run(string folder, string[] options)
    {
        using var npm = Process.Start(new ProcessStartInfo("npm", ["ci", "--ignore-scripts", "--silent", "--no-audit", "--no-fund", .. options])
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
        })!;
        var said = await npm.StandardError.ReadToEndAsync();
        await npm.WaitForExitAsync();
        return npm.ExitCode == 0 ? null : said;
    }
}
