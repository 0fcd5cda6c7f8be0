using System.Diagnostics;
using Appliance.Capture.Frames;
using Appliance.Inference;
using Appliance.Inference.Catalogue;
using Appliance.Inference.Preprocessing;
using Appliance.Native.OnnxRuntime;

namespace Appliance.Benchmarks.Pipeline;

/// <summary>The ONNX Runtime calls that a run made, and nothing else: same shapes, one thread, input of noise.</summary>
internal static class BareRuns
{
    /// <summary>CPU seconds of <paramref name="detect"/> runs of the detector and <paramref name="embed"/> of the embedder.</summary>
    public static double Cpu(InferenceEngine engine, string file, long detect, long embed)
    {
        using var reader = VideoReader.Open(file);
        var detector = engine.Catalogue.Resolve(ModelKind.FaceDetector, engine.Options.Detector);
        var embedder = engine.Catalogue.Resolve(ModelKind.FaceEmbedder, engine.Options.Embedder);
        var input = detector.Entry.Input;
        var box = input.DynamicSize
            ? Letterbox.Fit(reader.Width, reader.Height, engine.Options.DetectorSize, input.MultipleOf)
            : Letterbox.Into(reader.Width, reader.Height, input.Width, input.Height);
        var runtime = OrtRuntime.Load(engine.Options.Library);

        // The graphs as they are run: the same calls on the same sessions.
        using var detecting = LoadedModel.Open(runtime, detector, engine.Settings(engine.OptionsOf(detector.Entry)));
        using var detection = new OrtBinding(detecting);
        Noise(detection.BindInput(input.Name, 1, 3, box.Height, box.Width));
        foreach (var stride in detector.Entry.Output.Strides)
        {
            long cells = (long)(box.Width / stride) * (box.Height / stride);
            detection.BindOutput($"cls_{stride}", 1, cells, 1);
            detection.BindOutput($"obj_{stride}", 1, cells, 1);
            detection.BindOutput($"bbox_{stride}", 1, cells, 4);
            detection.BindOutput($"kps_{stride}", 1, cells, 10);
        }

        using var embedding = LoadedModel.Open(runtime, embedder, engine.Settings(engine.OptionsOf(embedder.Entry)));
        using var template = new OrtBinding(embedding);
        Noise(template.BindInput(embedder.Entry.Input.Name, 1, 3, embedder.Entry.Input.Height, embedder.Entry.Input.Width));
        template.BindOutput(embedder.Entry.Output.Name, 1, embedder.Entry.Output.Dimensions);
        for (var i = 0; i < 3; i++)
        {
            detection.Run();
            template.Run();
        }

        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        for (var i = 0L; i < detect; i++)
            detection.Run();
        for (var i = 0L; i < embed; i++)
            template.Run();
        return (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds;
    }

    private static void Noise(OrtTensor tensor)
    {
        var random = new Random(1);
        foreach (ref var value in tensor.Data)
            value = random.Next(256);
    }
}
