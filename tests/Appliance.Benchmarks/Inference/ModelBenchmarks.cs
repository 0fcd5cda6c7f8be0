using System.Numerics;
using Appliance.Core.Detection;
using Appliance.Core.Frames;
using Appliance.Core.Recognition;
using Appliance.Inference;
using BenchmarkDotNet.Attributes;

namespace Appliance.Benchmarks.Inference;

/// <summary>Whole calls as the pipeline makes them, on one thread of the CPU.</summary>
[MemoryDiagnoser]
public class ModelBenchmarks
{
    private readonly List<FaceDetection> _faces = new(64);
    private readonly Landmarks5 _face = new(
        new Vector2(600, 300), new Vector2(650, 300), new Vector2(625, 330), new Vector2(605, 355), new Vector2(645, 355));

    private InferenceEngine _engine = null!;
    private IFaceDetector _detector = null!;
    private IFaceEmbedder _embedder = null!;
    private PooledFrame _frame = null!;
    private float[] _template = [];

    [GlobalSetup]
    public void Setup()
    {
        _engine = new(new() { Providers = ["cpu"] });
        _detector = _engine.CreateDetector();
        _embedder = _engine.CreateEmbedder();
        _template = new float[_embedder.Dimensions];
        _frame = NoiseFrame.Create(1280, 720);
    }

    [GlobalCleanup]
    public void Cleanup()
    {
        _detector.Dispose();
        _embedder.Dispose();
        _engine.Dispose();
        _frame.Dispose();
    }

    [Benchmark]
    public void Detect720p() => _detector.Detect(_frame, _faces);

    [Benchmark]
    public void EmbedOneFace() => _embedder.Embed(_frame, new ReadOnlySpan<Landmarks5>(in _face), _template);
}
