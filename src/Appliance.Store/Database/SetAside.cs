using System.Globalization;

namespace Appliance.Store.Database;

/// <summary>Moves a damaged database out of the way, whole, for those who may still rescue something from it.</summary>
internal static class SetAside
{
    private const string Mark = ".corrupt-";

    /// <summary>Renames the file with its -wal and -shm; returns the new name.</summary>
    internal static string Move(string path, DateTimeOffset now)
    {
        var stamp = now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);
        var target = path + Mark + stamp;
        for (var n = 2; File.Exists(target); n++)
            target = string.Create(CultureInfo.InvariantCulture, $"{path}{Mark}{stamp}-{n}");
        // The log first: were we cut off between the renames, a new file must not meet the old one's log.
        foreach (var suffix in (ReadOnlySpan<string>)["-wal", "-shm", ""])
        {
            if (File.Exists(path + suffix))
                File.Move(path + suffix, target + suffix);
        }

        DurableFile.SyncFolder(Path.GetDirectoryName(path)!);
        return target;
    }

    /// <summary>Names of what was set aside and still lies there.</summary>
    internal static IReadOnlyList<string> List(string path) =>
        [.. Directory.EnumerateFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + Mark + "*")
            .Select(name => Path.GetFileName(name)!)
            .Where(name => !name.EndsWith("-wal", StringComparison.Ordinal) && !name.EndsWith("-shm", StringComparison.Ordinal))
            .Order()];
}
