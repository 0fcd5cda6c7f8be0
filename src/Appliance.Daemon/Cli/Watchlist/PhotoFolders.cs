namespace Appliance.Daemon.Cli.Watchlist;

/// <summary>Which photos belong to whom: files and folders as given on the command line.</summary>
internal static class PhotoFolders
{
    private static readonly string[] s_extensions = [".jpg", ".jpeg", ".png", ".webp"];

    /// <summary>
    /// With a name: all photos are that person's. Without: each folder is a person named after it, or holds such folders.
    /// </summary>
    /// <exception cref="CliException">A path does not exist, or a file has no name to go by.</exception>
    public static IReadOnlyList<(string Name, IReadOnlyList<string> Photos)> Find(IEnumerable<string> paths, string? name)
    {
        var people = new List<(string, IReadOnlyList<string>)>();
        var own = new List<string>();
        foreach (var path in paths)
        {
            if (Directory.Exists(path) && name is null)
                people.AddRange(People(path));
            else if (Directory.Exists(path))
                own.AddRange(Pictures(path));
            else if (!File.Exists(path))
                throw new CliException($"{path}: no such file or folder", ExitCode.Usage);
            else if (name is null)
                throw new CliException($"{path}: whose photo is it? Give --name, or a folder named after the person", ExitCode.Usage);
            else
                own.Add(path);
        }

        if (own.Count > 0)
            people.Add((name!, own));
        return people.Count > 0 ? people : throw new CliException("no photos found (JPEG, PNG or WebP)", ExitCode.Usage);
    }

    private static IEnumerable<(string, IReadOnlyList<string>)> People(string folder)
    {
        var pictures = Pictures(folder);
        if (pictures.Count > 0)
            yield return (new DirectoryInfo(folder).Name, pictures);

        foreach (var home in Directory.GetDirectories(folder).Order(StringComparer.Ordinal))
        {
            if (Pictures(home) is { Count: > 0 } photos)
                yield return (Path.GetFileName(home), photos);
        }
    }

    private static List<string> Pictures(string folder) =>
        [.. Directory.GetFiles(folder)
            .Where(file => s_extensions.Contains(Path.GetExtension(file).ToLowerInvariant()))
            .Order(StringComparer.Ordinal)];
}
