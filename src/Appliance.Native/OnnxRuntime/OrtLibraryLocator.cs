using System.Runtime.InteropServices;

namespace Appliance.Native.OnnxRuntime;

/// <summary>
/// Where libonnxruntime.so.1 may lie, in the order of preference: environment <c>WATCHPOST_ONNXRUNTIME</c>, the configured path,
/// <c>native/onnxruntime/&lt;platform&gt;</c> of the checkout, the installed product's folder, the system.
/// </summary>
internal static class OrtLibraryLocator
{
    internal const string FileName = "libonnxruntime.so.1";

    /// <summary>Places in order. One without a folder is left to the system's loader.</summary>
    /// <param name="configuredPath">From the configuration, or null.</param>
    /// <param name="environment">Reads an environment variable.</param>
    /// <param name="start">Folder from which the checkout is looked for upwards.</param>
    internal static IEnumerable<string> Candidates(string? configuredPath, Func<string, string?> environment, string start)
    {
        if (environment("WATCHPOST_ONNXRUNTIME") is { Length: > 0 } named)
            yield return named;
        if (!string.IsNullOrEmpty(configuredPath))
            yield return configuredPath;

        var relative = Path.Combine("native", "onnxruntime", Platform, FileName);
        if (environment("WATCHPOST_ROOT") is { Length: > 0 } root)
            yield return Path.Combine(root, relative);
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, relative)))
                yield return Path.Combine(folder.FullName, relative);
        }

        yield return Path.Combine("/usr/lib/watchpost", FileName);
        yield return FileName;
    }

    private static string Platform =>
        RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "linux-arm64" : "linux-x64";
}
