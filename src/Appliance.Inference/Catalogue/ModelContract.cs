namespace Appliance.Inference.Catalogue;

/// <summary>Rules that a catalogue entry must keep so that the code can rely on it.</summary>
internal static class ModelContract
{
    private const int Channels = 3;
    private const int Landmarks = 5;

    /// <summary>Everything that is wrong with <paramref name="model"/>, each with its field.</summary>
    internal static IEnumerable<string> Faults(ModelEntry model)
    {
        if (model.Name.Length == 0 || model.Name.Any(letter => !char.IsAsciiLetterOrDigit(letter) && letter is not ('-' or '_' or '.')))
            yield return $"'{model.Name}': name is letters, digits, '-', '_' and '.' only";
        if (Path.GetFileName(model.File) != model.File || model.File.Length == 0)
            yield return $"{model.Name}: file must be a plain file name";
        if (model.Sha256.Length != 64 || model.Sha256.Any(letter => letter is not ((>= '0' and <= '9') or (>= 'a' and <= 'f'))))
            yield return $"{model.Name}: sha256 must be 64 lower-case hexadecimal digits";
        if (model.Bytes <= 0)
            yield return $"{model.Name}: bytes must be the size of the file";
        if (model.Url is { } url && (!url.IsAbsoluteUri || url.Scheme != Uri.UriSchemeHttps))
            yield return $"{model.Name}: url must be an absolute https address";
        if (model.Input.Mean.Length != Channels || model.Input.Scale.Length != Channels)
            yield return $"{model.Name}: input.mean and input.scale have one number per plane";
        if (model.Input.Width <= 0 || model.Input.Height <= 0 || model.Input.MultipleOf <= 0)
            yield return $"{model.Name}: input sizes must be positive";
        if (model.Kind == ModelKind.FaceDetector && model.Output.Strides.Length == 0)
            yield return $"{model.Name}: a detector needs output.strides";
        if (model.Kind != ModelKind.FaceEmbedder)
            yield break;

        if (model.Output.Dimensions <= 0 || model.Output.Name.Length == 0)
            yield return $"{model.Name}: an embedder needs output.name and output.dimensions";
        if (model.Alignment is not { } alignment || alignment.Points.Length != Landmarks || alignment.Points.Any(point => point.Length != 2))
            yield return $"{model.Name}: an embedder needs alignment.points, five pairs";
    }
}
