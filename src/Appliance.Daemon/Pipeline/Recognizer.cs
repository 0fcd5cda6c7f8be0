using Appliance.Core.Analysis;
using Appliance.Core.Detection;
using Appliance.Core.Recognition;

namespace Appliance.Daemon.Pipeline;

/// <summary>
/// The models one worker runs and what their templates mean. Replaced as a whole (new model, new thresholds) between two frames;
/// the worker that stops using it disposes it.
/// </summary>
/// <param name="Detector">Owned.</param>
/// <param name="Embedder">Owned.</param>
/// <param name="Context">What their results mean.</param>
/// <param name="Index">The hold on the index of the context; null = it is somebody else's.</param>
/// <param name="Version">Of the factory's settings when it was made.</param>
internal sealed record Recognizer(
    IFaceDetector Detector, IFaceEmbedder Embedder, AnalysisContext Context, IDisposable? Index = null, int Version = 0) : IDisposable
{
    public void Dispose()
    {
        Detector.Dispose();
        Embedder.Dispose();
        Index?.Dispose();
    }
}
