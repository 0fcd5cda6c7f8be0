namespace Appliance.Inference.Catalogue;

/// <summary>
/// The models that this product knows and where their files lie on this box. Looked for in: the path in the configuration,
/// <c>models/builtin</c>, the model store, <c>../shared/models</c> beside the checkout.
/// </summary>
public sealed class ModelCatalogue
{
    private ModelCatalogue() => Models = [];

    /// <summary>Reads <c>models/manifest.json</c> of the product.</summary>
    /// <param name="modelStore">Folder of models installed on this box, or empty.</param>
    /// <exception cref="InferenceException">The manifest is missing or malformed.</exception>
    public static ModelCatalogue Open(string modelStore) => throw new NotImplementedException(modelStore);

    /// <summary>Everything in the manifest, in its order.</summary>
    public IReadOnlyList<ModelEntry> Models { get; }

    /// <summary>
    /// The model named (or at the path) <paramref name="wanted"/>; empty: the first preferred one of this kind that is present.
    /// The hash of the file is checked.
    /// </summary>
    /// <exception cref="InferenceException">Unknown, absent or altered; names the command that gets it.</exception>
    public ResolvedModel Resolve(ModelKind kind, string wanted) => throw new NotImplementedException();

    /// <summary>Where the file of <paramref name="model"/> is, or null when it is on none of the searched folders.</summary>
    public string? Find(ModelEntry model) => throw new NotImplementedException();
}

/// <summary>A model and its file, hash checked.</summary>
public sealed record ResolvedModel(ModelEntry Entry, string Path);
