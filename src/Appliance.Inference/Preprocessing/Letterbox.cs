namespace Appliance.Inference.Preprocessing;

/// <summary>
/// How a frame lies in the detector's tensor: scaled with its aspect kept to <c>ScaledWidth × ScaledHeight</c>, in the top left
/// corner of <c>Width × Height</c>, the rest black. All in pixels.
/// </summary>
internal readonly record struct Letterbox(
    int SourceWidth, int SourceHeight, int ScaledWidth, int ScaledHeight, int Width, int Height)
{
    /// <summary>Pixels of the frame per pixel of the tensor.</summary>
    internal float RatioX => (float)SourceWidth / ScaledWidth;

    /// <inheritdoc cref="RatioX"/>
    internal float RatioY => (float)SourceHeight / ScaledHeight;

    /// <summary>
    /// The smallest tensor that holds the frame with its longer side shrunk to <paramref name="longSide"/>. Smaller frames keep their
    /// size: enlarging shows the detector nothing new.
    /// </summary>
    /// <param name="width">Frame width.</param>
    /// <param name="height">Frame height.</param>
    /// <param name="longSide">Longest side of the scaled picture.</param>
    /// <param name="multipleOf">Sides of the tensor are multiples of this.</param>
    internal static Letterbox Fit(int width, int height, int longSide, int multipleOf)
    {
        var (scaledWidth, scaledHeight) = Scale(width, height, Math.Min(1.0, (double)longSide / Math.Max(width, height)));
        return new(width, height, scaledWidth, scaledHeight, RoundUp(scaledWidth, multipleOf), RoundUp(scaledHeight, multipleOf));
    }

    /// <summary>For a model whose input size is fixed.</summary>
    internal static Letterbox Into(int width, int height, int tensorWidth, int tensorHeight)
    {
        var scale = Math.Min(1.0, Math.Min((double)tensorWidth / width, (double)tensorHeight / height));
        var (scaledWidth, scaledHeight) = Scale(width, height, scale);
        return new(
            width, height, Math.Min(scaledWidth, tensorWidth), Math.Min(scaledHeight, tensorHeight), tensorWidth, tensorHeight);
    }

    private static (int Width, int Height) Scale(int width, int height, double scale) =>
        (Math.Max(1, (int)Math.Round(width * scale)), Math.Max(1, (int)Math.Round(height * scale)));

    private static int RoundUp(int value, int multiple) => (value + multiple - 1) / multiple * multiple;
}
