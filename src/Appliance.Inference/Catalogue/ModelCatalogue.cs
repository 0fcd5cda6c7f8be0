using System.Security.Cryptography;
using Appliance.Inference.Tuning;

namespace Appliance.Inference.Catalogue;

/// <summary>
/// The models that this product knows and where their files lie on this box. Looked for in: the path in the configuration,
/// <c>models/builtin</c>, the model store, <c>../shared/models</c> beside the checkout. <c>models.local.json</c> in the model store adds
/// models and measured session options of this box.
/// </summary>
public sealed class ModelCatalogue
{
    /// <summary>The box's own part of the catalogue, in the model store.</summary>
    public const string LocalFile = "models.local.json";

    internal const string ManifestFile = "manifest.json";

    private readonly IReadOnlyDictionary<ModelKind, string[]> _preferred;
    private readonly IReadOnlyList<ModelManifest> _manifests;

    internal ModelCatalogue(ModelManifest manifest, IReadOnlyList<string> folders, ModelManifest? local = null, string? localFault = null)
    {
        _manifests = local is null ? [manifest] : [local, manifest];
        Models = local is null ? manifest.Models : [.. manifest.Models, .. local.Models];
        Folders = folders;
        LocalFault = localFault;
        _preferred = manifest.Preferred;
    }

    /// <summary>Everything in the manifest, in its order, then the box's own.</summary>
    public IReadOnlyList<ModelEntry> Models { get; }

    /// <summary>Folders that are searched, in order; the first is the product's own.</summary>
    public IReadOnlyList<string> Folders { get; }

    /// <summary>Why <see cref="LocalFile"/> is not used; null = it is, or there is none.</summary>
    public string? LocalFault { get; }

    /// <summary>Reads <c>models/manifest.json</c> of the product and <see cref="LocalFile"/> of the box.</summary>
    /// <param name="modelStore">Folder of models installed on this box, or empty.</param>
    /// <exception cref="InferenceException">The product's manifest is missing or malformed.</exception>
    public static ModelCatalogue Open(string modelStore)
    {
        var root = ModelFolders.Product(Environment.GetEnvironmentVariable, AppContext.BaseDirectory)
            ?? throw new InferenceException(
                $"models/{ManifestFile} was not found above {AppContext.BaseDirectory}; set WATCHPOST_ROOT to the product's folder");
        var manifest = Read(Path.Combine(root, ManifestFile));
        var folders = ModelFolders.Searched(root, modelStore, Environment.GetEnvironmentVariable);
        try
        {
            return new(manifest, folders, ReadLocal(modelStore, manifest));
        }
        catch (InferenceException error)
        {
            // A slip in the box's own file must not stop the box.
            return new(manifest, folders, localFault: error.Message);
        }
    }

    /// <summary>The model of that name or id, of any kind; null = unknown.</summary>
    public ModelEntry? Named(string name) => Models.FirstOrDefault(model => model.Name == name || model.Id == name);

    /// <summary>
    /// The model named (or at the path) <paramref name="wanted"/>; empty: the first preferred one of this kind that is present.
    /// The hash of the file is checked.
    /// </summary>
    /// <exception cref="InferenceException">Unknown, absent or altered; names the command that gets it.</exception>
    public ResolvedModel Resolve(ModelKind kind, string wanted)
    {
        if (IsPath(wanted))
            return Check(ByFile(kind, wanted), wanted);

        var model = Choose(kind, wanted);
        return Check(model, Find(model) ?? throw Missing(model));
    }

    /// <summary>The model that <see cref="Resolve"/> would take, without looking into its file.</summary>
    /// <exception cref="InferenceException">Unknown, or none of the preferred ones is present.</exception>
    public ModelEntry Choose(ModelKind kind, string wanted)
    {
        if (IsPath(wanted))
            return ByFile(kind, wanted);
        if (wanted.Length > 0)
            return ByName(kind, wanted);

        var preferred = Preferred(kind).ToList();
        return preferred.FirstOrDefault(model => Find(model) is not null)
            ?? throw Missing(preferred.FirstOrDefault() ?? throw new InferenceException($"the catalogue prefers no {kind}"));
    }

    /// <summary>Models of <paramref name="kind"/> that may be taken by default, best first.</summary>
    public IEnumerable<ModelEntry> Preferred(ModelKind kind) =>
        _preferred.GetValueOrDefault(kind, []).Select(name => ByName(kind, name));

    /// <summary>Where the file of <paramref name="model"/> is, or null when it is in none of the searched folders.</summary>
    public string? Find(ModelEntry model) =>
        Folders.Select(folder => Path.Combine(folder, model.File)).FirstOrDefault(File.Exists);

    /// <summary>Whether the file comes with the product.</summary>
    public bool IsBuiltin(ModelEntry model) => File.Exists(Path.Combine(Folders[0], model.File));

    /// <summary>Session options measured for the model on this kind of CPU, the box's own before the product's; null = none.</summary>
    /// <param name="model">A name of the catalogue.</param>
    /// <param name="family">As <see cref="CpuFamily"/> words it.</param>
    public SessionTuning? TuningOf(string model, string family) => CpuFamily.Lookup(family)
        .SelectMany(_ => _manifests, (key, manifest) => manifest.Sessions.GetValueOrDefault(key)?.GetValueOrDefault(model))
        .FirstOrDefault(tuning => tuning is not null);

    private static bool IsPath(string wanted) =>
        wanted.Contains('/', StringComparison.Ordinal) || wanted.EndsWith(".onnx", StringComparison.Ordinal);

    private static ModelManifest Read(string path)
    {
        try
        {
            return ModelManifest.Parse(File.ReadAllBytes(path), path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InferenceException($"{path}: {error.Message}", error);
        }
    }

    private static ModelManifest? ReadLocal(string modelStore, ModelManifest manifest)
    {
        var path = Path.Combine(modelStore, LocalFile);
        if (modelStore.Length == 0 || !File.Exists(path))
            return null;

        var local = Read(path);
        var twice = local.Models.Where(model => manifest.Models.Any(known => known.Name == model.Name || known.File == model.File)).ToList();
        return twice.Count == 0
            ? local
            : throw new InferenceException($"{path}: the product's catalogue has {string.Join(", ", twice.Select(model => model.Name))} already");
    }

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
        $"{model.Id} is not on this box (looked for {model.File} in {string.Join(", ", Folders)}). " + (model.Url is null
            ? $"Get {model.Source.Path ?? model.File} from {model.Source.Home} and run 'watchpost models pull {model.Name} --from FOLDER'"
            : $"Run 'watchpost models pull {model.Name}'"));
}

/// <summary>A model and its file, hash checked.</summary>
public sealed record ResolvedModel(ModelEntry Entry, string Path);
