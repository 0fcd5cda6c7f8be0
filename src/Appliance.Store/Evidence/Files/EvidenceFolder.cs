using System.Globalization;
using Appliance.Store.Database;

namespace Appliance.Store.Evidence.Files;

/// <summary>
/// The folder <c>evidence</c> of the data folder: <c>yyyy/MM/dd/ALERT.NAME.wpe</c> by the day of the alert (UTC). A file is written under
/// <c>.part</c> and put in place when it is whole; its row in the index comes when both are on the disk. What has no row is swept.
/// </summary>
internal sealed class EvidenceFolder
{
    private const string Extension = ".wpe";

    private readonly string _root;
    private readonly string _part;

    internal EvidenceFolder(string dataDirectory)
    {
        _root = Path.Combine(dataDirectory, "evidence");
        _part = Path.Combine(_root, ".part");
        Directory.CreateDirectory(_part, DurableFile.OwnerFolder);
    }

    internal long FreeBytes => new DriveInfo(_root).AvailableFreeSpace;

    /// <summary>Of the last header that was closed, for a database that had to be made anew.</summary>
    internal string HeadFile => Path.Combine(_root, "head.json");

    /// <summary>Of the last version of the watchlist, for the same case.</summary>
    internal string WatchlistFile => Path.Combine(_root, "watchlist.json");

    /// <summary>Below the folder, as the index keeps it.</summary>
    internal static string PathOf(string alert, DateTimeOffset utc, string name) =>
        utc.UtcDateTime.ToString("yyyy/MM/dd/", CultureInfo.InvariantCulture) + alert + "." + name + Extension;

    internal string FullPath(string path) => Path.Combine(_root, path);

    internal string NewPart() => Path.Combine(_part, Guid.NewGuid().ToString("N"));

    /// <summary>Puts a finished part in place; durable after <see cref="Sync"/>, a new day's folder at once.</summary>
    internal void Place(string part, string path)
    {
        var target = FullPath(path);
        var folder = Path.GetDirectoryName(target)!;
        var isNew = !Directory.Exists(folder);
        Directory.CreateDirectory(folder, DurableFile.OwnerFolder);
        for (var parent = folder; isNew && parent != _root; parent = Path.GetDirectoryName(parent)!)
            DurableFile.SyncFolder(Path.GetDirectoryName(parent)!);
        File.Move(part, target, overwrite: true);
    }

    /// <summary>The file's place in its folder is durable when it returns.</summary>
    internal void Sync(string path) => DurableFile.SyncFolder(Path.GetDirectoryName(FullPath(path))!);

    /// <summary>Its key is gone already: what may be left in flash cannot be read.</summary>
    internal void Remove(string path) => File.Delete(FullPath(path));

    /// <summary>Removes parts, files without a row and empty days; returns how many files.</summary>
    internal int Sweep(IReadOnlySet<string> known)
    {
        var removed = 0;
        foreach (var part in Directory.EnumerateFiles(_part))
        {
            File.Delete(part);
            removed++;
        }

        foreach (var file in Directory.EnumerateFiles(_root, "*" + Extension, SearchOption.AllDirectories).ToList())
        {
            if (known.Contains(Path.GetRelativePath(_root, file).Replace('\\', '/')))
                continue;
            File.Delete(file);
            removed++;
        }

        foreach (var day in Directory.EnumerateDirectories(_root, "*", SearchOption.AllDirectories).OrderByDescending(path => path.Length).ToList())
        {
            if (day != _part && !Directory.EnumerateFileSystemEntries(day).Any())
                Directory.Delete(day);
        }

        return removed;
    }
}
