namespace Appliance.Inference.Catalogue;

/// <summary>Where models and their manifest lie, in a checkout and on an installed box.</summary>
internal static class ModelFolders
{
    /// <summary>The product's own <c>models</c> folder, or null.</summary>
    /// <param name="environment">Reads an environment variable.</param>
    /// <param name="start">Folder from which the checkout is looked for upwards.</param>
    internal static string? Product(Func<string, string?> environment, string start)
    {
        var candidates = new List<string>();
        if (environment("WATCHPOST_ROOT") is { Length: > 0 } root)
            candidates.Add(root);
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
            candidates.Add(folder.FullName);
        candidates.Add("/usr/share/watchpost");

        return candidates.Select(folder => Path.Combine(folder, "models"))
            .FirstOrDefault(folder => File.Exists(Path.Combine(folder, ModelCatalogue.ManifestFile)));
    }

    /// <summary>Folders in the order in which they are searched; they need not exist.</summary>
    internal static IReadOnlyList<string> Searched(string product, string modelStore, Func<string, string?> environment)
    {
        var folders = new List<string> { Path.Combine(product, "builtin") };
        if (modelStore.Length > 0)
            folders.Add(Path.GetFullPath(modelStore));

        // Models lent to a build lie beside the checkout, never in it.
        var shared = environment("WATCHPOST_SHARED") is { Length: > 0 } named
            ? named
            : Path.GetFullPath(Path.Combine(product, "..", "..", "shared"));
        folders.Add(Path.Combine(shared, "models"));
        return folders;
    }
}
