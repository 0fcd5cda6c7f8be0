using Appliance.Core.Analysis;
using Appliance.Core.Detection;
using Appliance.Core.Recognition;

namespace Appliance.Daemon.Pipeline;

/// <summary>
/// The models one worker runs and what their templates mean. Replaced as a whole (new model, new thresholds) between two frames;
/// the worker that stops using it disposes it.
/// </summary>
internal sealed record Recognizer(IFaceDetector Detector, IFaceEmbedder Embedder, AnalysisContext Context) : IDisposable
{
    public void Dispose()
    {
        Detector.Dispose();
        Embedder.Dispose();
    }
}
