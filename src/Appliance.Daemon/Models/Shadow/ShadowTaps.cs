using Appliance.Core.Analysis;
using Appliance.Core.Detection;
using Appliance.Core.Frames;
using Appliance.Core.Recognition;
using Appliance.Core.Shadow;

namespace Appliance.Daemon.Models.Shadow;

/// <summary>Where shadows listen to the live models. While none runs, a tap costs one read per call.</summary>
internal sealed class ShadowTaps
{
    private volatile ShadowRun? _detector;
    private volatile ShadowRun? _embedder;

    public ShadowRun? Of(ShadowKind kind) => kind == ShadowKind.Detector ? _detector : _embedder;

    public void Set(ShadowKind kind, ShadowRun? run)
    {
        if (kind == ShadowKind.Detector)
            _detector = run;
        else
            _embedder = run;
    }

    /// <summary>The live models with taps on them; owns them.</summary>
    public (IFaceDetector Detector, IFaceEmbedder Embedder) On(IFaceDetector detector, IFaceEmbedder embedder, AnalysisContext context) =>
        (new TappedDetector(detector, this), new TappedEmbedder(embedder, this, context));

    private sealed class TappedDetector(IFaceDetector live, ShadowTaps taps) : IFaceDetector
    {
        public string Model => live.Model;

        public void Detect(Frame frame, List<FaceDetection> faces)
        {
            var started = System.Diagnostics.Stopwatch.GetTimestamp();
            live.Detect(frame, faces);
            taps._detector?.Offer(frame, faces, live.Model, System.Diagnostics.Stopwatch.GetTimestamp() - started);
        }

        public void Detect(ReadOnlySpan<Frame> frames, ReadOnlySpan<List<FaceDetection>> faces)
        {
            var started = System.Diagnostics.Stopwatch.GetTimestamp();
            live.Detect(frames, faces);
            if (taps._detector is not { } shadow)
                return;

            var each = (System.Diagnostics.Stopwatch.GetTimestamp() - started) / frames.Length;
            for (var i = 0; i < frames.Length; i++)
                shadow.Offer(frames[i], faces[i], live.Model, each);
        }

        public void Dispose() => live.Dispose();
    }

    private sealed class TappedEmbedder(IFaceEmbedder live, ShadowTaps taps, AnalysisContext context) : IFaceEmbedder
    {
        public string Model => live.Model;

        public int Dimensions => live.Dimensions;

        public void Embed(Frame frame, ReadOnlySpan<Landmarks5> faces, Span<float> templates)
        {
            var started = System.Diagnostics.Stopwatch.GetTimestamp();
            live.Embed(frame, faces, templates);
            if (taps._embedder is not { } shadow || faces.Length == 0)
                return;

            var each = (System.Diagnostics.Stopwatch.GetTimestamp() - started) / faces.Length;
            for (var i = 0; i < faces.Length; i++)
            {
                shadow.Offer(
                    frame, faces[i], templates.Slice(i * live.Dimensions, live.Dimensions), (context.Index, context.Threshold), live.Model, each);
            }
        }

        public void Dispose() => live.Dispose();
    }
}
