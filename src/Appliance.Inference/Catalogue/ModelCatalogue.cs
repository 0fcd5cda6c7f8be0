using System.Security.Cryptography;

namespace Appliance.Inference.Catalogue;

/// <summary>
/// The models that this product knows and where their files lie on this box. Looked for in: the path in the configuration,
/// <c>models/builtin</c>, the model store, <c>../shared/models</c> beside the checkout.
/// </summary>
public sealed class ModelCatalogue
{
    internal const string ManifestFile = "manifest.json";

    private readonly IReadOnlyDictionary<ModelKind, string[]> _preferred;

    internal ModelCatalogue(ModelManifest manifest, IReadOnlyList<string> folders)
    {
        Models = manifest.Models;
        Folders = folders;
        _preferred = manifest.Preferred;
    }

    /// <summary>Everything in the manifest, in its order.</summary>
    public IReadOnlyList<ModelEntry> Models { get; }

    /// <summary>Folders that are searched, in order.</summary>
    public IReadOnlyList<string> Folders { get; }

    /// <summary>Reads <c>models/manifest.json</c> of the product.</summary>
    /// <param name="modelStore">Folder of models installed on this box, or empty.</param>
    /// <exception cref="InferenceException">The manifest is missing or malformed.</exception>
    public static ModelCatalogue Open(string modelStore)
    {
        var root = ModelFolders.Product(Environment.GetEnvironmentVariable, AppContext.BaseDirectory)
            ?? throw new InferenceException(
                $"models/{ManifestFile} was not found above {AppContext.BaseDirectory}; set WATCHPOST_ROOT to the product's folder");
        var path = Path.Combine(root, ManifestFile);
        try
        {
            return new(
                ModelManifest.Parse(File.ReadAllBytes(path), path),
                ModelFolders.Searched(root, modelStore, Environment.GetEnvironmentVariable));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InferenceException($"{path}: {error.Message}", error);
        }
    }

    /// <summary>
    /// The model named (or at the path) <paramref name="wanted"/>; empty: the first preferred one of this kind that is present.
    /// The hash of the file is checked.
    /// </summary>
    /// <exception cref="InferenceException">Unknown, absent or altered; names the command that gets it.</exception>
    public ResolvedModel Resolve(ModelKind kind, string wanted)
    {
        if (wanted.Contains('/', StringComparison.Ordinal) || wanted.EndsWith(".onnx", StringComparison.Ordinal))
            return Check(ByFile(kind, wanted), wanted);
        if (wanted.Length > 0)
        {
            var named = ByName(kind, wanted);
            return Check(named, Find(named) ?? throw Missing(named));
        }

        var preferred = Preferred(kind).ToList();
        var present = preferred.FirstOrDefault(model => Find(model) is not null)
            ?? throw Missing(preferred.FirstOrDefault() ?? throw new InferenceException($"the catalogue prefers no {kind}"));
        return Check(present, Find(present)!);
    }

    /// <summary>Models of <paramref name="kind"/> that may be taken by default, best first.</summary>
    public IEnumerable<ModelEntry> Preferred(ModelKind kind) =>
        _preferred.GetValueOrDefault(kind, []).Select(name => ByName(kind, name));

    /// <summary>Where the file of <paramref name="model"/> is, or null when it is in none of the searched folders.</summary>
    public string? Find(ModelEntry model) =>
        Folders.Select(folder => Path.Combine(folder, model.File)).FirstOrDefault(File.Exists);

    private static ResolvedModel Check(ModelEntry model, string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            var hash = Convert.ToHexStringLower(SHA256.HashData(file));
            return hash == model.Sha256
                ? new(model, Path.GetFullPath(path))
                : throw new InferenceException(
                    $"{path} is not {model.Id}: its SHA-256 is {hash}, the catalogue says {model.Sha256}");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InferenceException($"{path}: {error.Message}", error);
        }
    }

    private ModelEntry ByName(ModelKind kind, string name) =>
        Models.FirstOrDefault(model => model.Kind == kind && (model.Name == name || model.Id == name))
        ?? throw new InferenceException($"no {kind} is called '{name}'; there are {Names(kind)} ('watchpost models list')");

    private ModelEntry ByFile(ModelKind kind, string path) =>
        Models.FirstOrDefault(model => model.Kind == kind && model.File == Path.GetFileName(path))
        ?? throw new InferenceException(
            $"{path}: the catalogue has no contract for a {kind} of that file name ('watchpost models list')");

    private string Names(ModelKind kind) =>
        string.Join(", ", Models.Where(model => model.Kind == kind).Select(model => model.Name));

    private InferenceException Missing(ModelEntry model) => new(
        $"{model.Id} is not on this box (looked for {model.File} in {string.Join(", ", Folders)}). Get {model.Source.Path ?? model.File} " +
        $"from {model.Source.Home} and run 'watchpost models add {model.File}'");
}

/// <summary>A model and its file, hash checked.</summary>
public sealed record ResolvedModel(ModelEntry Entry, string Path);
