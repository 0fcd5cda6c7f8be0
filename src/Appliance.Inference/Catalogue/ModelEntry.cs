using System.Text.Json.Serialization;

namespace Appliance.Inference.Catalogue;

/// <summary>One model of <c>models/manifest.json</c>: what it is, where it comes from, and its contract.</summary>
public sealed record ModelEntry
{
    /// <summary>Name that configuration and templates refer to.</summary>
    public required string Name { get; init; }

    public required string Version { get; init; }

    public required ModelKind Kind { get; init; }

    /// <summary>File name, the same in every folder that is searched.</summary>
    public required string File { get; init; }

    /// <summary>SHA-256 of the file, lower-case hex. Checked whenever the model is loaded.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Size of the file in bytes.</summary>
    public required long Bytes { get; init; }

    /// <summary>Licence of the weights.</summary>
    public required string Licence { get; init; }

    /// <summary>Whether that licence allows commercial use.</summary>
    public required bool CommercialUse { get; init; }

    /// <summary>Where the licence can be read, or null.</summary>
    public string? LicenceUrl { get; init; }

    /// <summary>The licence asks to be accepted even where it allows commercial use.</summary>
    public bool LicenceAcceptance { get; init; }

    /// <summary>
    /// The https address of exactly these bytes; null when they are published nowhere in this form (converted, or shipped with the
    /// product): then <c>models pull --from</c> is the way.
    /// </summary>
    public Uri? Url { get; init; }

    public required ModelSource Source { get; init; }

    /// <summary>Name of the model that this is another precision of; <c>bench model</c> measures them side by side.</summary>
    public string? VariantOf { get; init; }

    /// <summary>Precision of the weights: <c>float32</c>, <c>float16</c>, <c>int8</c>.</summary>
    public string Precision { get; init; } = "float32";

    public required InputContract Input { get; init; }

    public required OutputContract Output { get; init; }

    /// <summary>Embedders only: where the five points must lie in the crop.</summary>
    public AlignmentContract? Alignment { get; init; }

    /// <summary>Embedders only: cosine similarities that were measured to mean something.</summary>
    public EmbedderThresholds? Thresholds { get; init; }

    /// <summary>Accuracy on LFW view 2 that its documentation claims, 0..1; what <c>eval verify</c> is held against.</summary>
    public double? DocumentedLfwAccuracy { get; init; }

    /// <summary>Name and version in one word; templates are stored under it.</summary>
    [JsonIgnore]
    public string Id => $"{Name}@{Version}";

    /// <summary>Whether somebody must have said yes to the licence before the file is put on this box.</summary>
    [JsonIgnore]
    public bool NeedsAcceptance => LicenceAcceptance || !CommercialUse;
}

/// <summary>What a model is for.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ModelKind>))]
public enum ModelKind
{
    /// <summary>Boxes and five landmarks with the output layout of YuNet.</summary>
    FaceDetector,

    /// <summary>Aligned face → template.</summary>
    FaceEmbedder,
}

/// <summary>Where the weights were published.</summary>
/// <param name="Home">Repository or page.</param>
/// <param name="Commit">Revision there, when it has one.</param>
/// <param name="Path">File there.</param>
/// <param name="Conversion">What was done to it since, when its bytes are not the published ones.</param>
public sealed record ModelSource(string Home, string? Commit = null, string? Path = null, string? Conversion = null);

/// <summary>The tensor that goes in: float32, NCHW, value = (colour 0..255 − mean) × scale.</summary>
public sealed record InputContract
{
    /// <summary>Name of the graph's input.</summary>
    public required string Name { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }

    /// <summary>Width, height and batch may differ from run to run; otherwise they are as given.</summary>
    public bool DynamicSize { get; init; }

    public bool DynamicBatch { get; init; }

    /// <summary>Width and height must be multiples of this.</summary>
    public int MultipleOf { get; init; } = 1;

    /// <summary>Order of the three planes.</summary>
    public required ChannelOrder Channels { get; init; }

    /// <summary>Subtracted per plane, in the planes' order.</summary>
    public float[] Mean { get; init; } = [0, 0, 0];

    /// <summary>Multiplied per plane after the mean was subtracted.</summary>
    public float[] Scale { get; init; } = [1, 1, 1];
}

/// <summary>Order of the colour planes.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ChannelOrder>))]
public enum ChannelOrder
{
    Bgr,
    Rgb,
}

/// <summary>The tensors that come out.</summary>
public sealed record OutputContract
{
    /// <summary>Embedders: name of the graph's output. Detectors: empty, the names are YuNet's.</summary>
    public string Name { get; init; } = "";

    /// <summary>Embedders: floats per template.</summary>
    public int Dimensions { get; init; }

    /// <summary>Detectors: pixels per cell of each level.</summary>
    public int[] Strides { get; init; } = [];
}

/// <summary>Least-squares similarity (rotation, scale, shift; no reflection) from the five landmarks to these points.</summary>
public sealed record AlignmentContract
{
    /// <summary>Five pairs x, y in pixels of the crop: right eye, left eye, nose tip, right mouth corner, left mouth corner.</summary>
    public required float[][] Points { get; init; }
}

/// <summary>Cosine similarities measured for an embedder.</summary>
/// <param name="Verify">Best accuracy for one-to-one comparison.</param>
/// <param name="Far1e3">One false acceptance in a thousand impostor pairs.</param>
/// <param name="Far1e4">One false acceptance in ten thousand impostor pairs.</param>
/// <param name="Identify">One-to-many against a watchlist: about 1 % false identifications with 500–1200 enrolled.</param>
public sealed record EmbedderThresholds(float Verify, float Far1e3, float Far1e4, float Identify);
