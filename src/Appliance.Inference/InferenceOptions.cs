using System.ComponentModel.DataAnnotations;

namespace Appliance.Inference;

/// <summary>Which models run, on what, and how carefully they look.</summary>
public sealed record InferenceOptions
{
    /// <summary>
    /// Face detector: a name of the catalogue (<c>yunet-s</c>), a path to an .onnx file with the YuNet contract, or empty for the
    /// first of the catalogue's preferred detectors that is present.
    /// </summary>
    public string Detector { get; init; } = "";

    /// <summary>
    /// Face embedder: a name of the catalogue (<c>face-reidentification-retail-0095</c>), a path to an .onnx file whose file name is in
    /// the catalogue, or empty for the first preferred one that is present. Templates of different embedders never compare.
    /// </summary>
    public string Embedder { get; init; } = "";

    /// <summary>
    /// Longer side, in pixels, of the picture that the detector sees; the other follows the frame's aspect (1280×720 → 640×384).
    /// Larger finds smaller faces and costs in proportion to the area.
    /// </summary>
    [Range(128, 1920)]
    public int DetectorSize { get; init; } = 640;

    /// <summary>Faces below this score are dropped, 0..1.</summary>
    [Range(0.05, 0.99)]
    public float ScoreThreshold { get; init; } = 0.7f;

    /// <summary>Of two faces that overlap more than this (intersection over union), the weaker is dropped.</summary>
    [Range(0.05, 0.95)]
    public float OverlapThreshold { get; init; } = 0.3f;

    /// <summary>Most faces reported per frame, best first.</summary>
    [Range(1, 1000)]
    public int MaxFaces { get; init; } = 100;

    /// <summary>
    /// Execution providers in the order in which they are tried: <c>tensorrt</c>, <c>cuda</c>, <c>cpu</c>. What is refused, and why, is
    /// in health. <c>cpu</c> is always the last resort.
    /// </summary>
    [Required, MinLength(1)]
    public IReadOnlyList<string> Providers { get; init; } = ["tensorrt", "cuda", "cpu"];

    /// <summary>
    /// Threads inside one run of a model on the CPU. 1 costs the least CPU in sum; more shortens the wait. 0: as measured for this
    /// kind of CPU (<c>watchpost bench model</c>), else 1.
    /// </summary>
    [Range(0, 64)]
    public int Threads { get; init; }

    /// <summary>Run models with the session options that were measured to be best on this kind of CPU.</summary>
    public bool UseMeasured { get; init; } = true;

    /// <summary>
    /// A model that nobody used for so long gives its memory back and is loaded again when it is needed: those of enrolment and
    /// search, and detection too while all cameras are off (0 = never; at most 1 day).
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan IdleUnload { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Frames of several cameras in one run of the detector. 1 runs each alone, which is cheapest on a CPU.</summary>
    [Range(1, 16)]
    public int MaxBatch { get; init; } = 1;

    /// <summary>Number of the GPU for CUDA and TensorRT.</summary>
    [Range(0, 15)]
    public int DeviceId { get; init; }

    /// <summary>Folder for TensorRT's built engines, which take minutes to build; empty: <c>&lt;model store&gt;/engines</c>.</summary>
    public string EngineCache { get; init; } = "";

    /// <summary>Folder for models that were installed on this box, normally <c>&lt;dataDir&gt;/models</c>; empty: none.</summary>
    public string ModelStore { get; init; } = "";

    /// <summary>Folders below which REST may take model files from: where sticks and shares are mounted.</summary>
    public IReadOnlyList<string> ImportFolders { get; init; } = ["/media", "/run/media", "/mnt"];

    /// <summary>Path of libonnxruntime.so.1; empty: looked for beside the product and in the system.</summary>
    public string Library { get; init; } = "";
}
