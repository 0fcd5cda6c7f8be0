using Appliance.Core.Frames;
using Appliance.Inference.Catalogue;
using Appliance.Inference.Embedding;
using Appliance.Inference.Preprocessing;
using BenchmarkDotNet.Attributes;

namespace Appliance.Benchmarks.Inference;

/// <summary>Frame → detector tensor, and face → embedder tensor.</summary>
[MemoryDiagnoser]
public class PreprocessBenchmarks
{
    private PooledFrame _frame = null!;
    private FrameScaler _scaler = null!;
    private FaceWarp _warp = null!;
    private float[] _tensor = [];
    private float[] _crop = [];

    [Params(360, 720, 1080)]
    public int Height { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var input = new InputContract { Name = "input", Width = 128, Height = 128, Channels = ChannelOrder.Bgr };
        _frame = NoiseFrame.Create(Height * 16 / 9, Height);
        var box = Letterbox.Fit(_frame.Width, _frame.Height, 640, 32);
        _scaler = new(box, _frame.Format, _frame.ColorSpace, input);
        _tensor = new float[3 * box.Width * box.Height];
        _warp = new(input);
        _crop = new float[3 * 128 * 128];
    }

    [GlobalCleanup]
    public void Cleanup() => _frame.Dispose();

    [Benchmark]
    public void ScaleTo640() => _scaler.Write(_frame, _tensor);

    [Benchmark]
    public void AlignFace() => _warp.Write(_frame, new(1.2f, 0.1f, new(100, 60)), _crop);
}
