using Appliance.Core.Detection;
using Appliance.Core.Recognition;

namespace Appliance.Core.Shadow;

/// <summary>
/// Runs a second model beside the live one on a share of what it sees, and counts where they differ. The live one never waits: what
/// the shadow has no time for is dropped and counted. One shadow per kind; it ends by itself.
/// </summary>
public interface IShadows
{
    /// <summary>One report per kind that was ever compared in this run; ended ones stay until the next of their kind.</summary>
    IReadOnlyList<ShadowReport> Reports { get; }

    /// <summary>Starts comparing; ends an earlier shadow of the same kind. The candidate is made, run and disposed on the shadow's own thread.</summary>
    void Start(ShadowCandidate candidate, ShadowOptions options);

    /// <summary>False: none runs.</summary>
    bool Stop(ShadowKind kind);
}

/// <summary>What is compared.</summary>
public enum ShadowKind
{
    Detector,
    Embedder,
}

/// <summary>How much is compared, and for how long.</summary>
/// <param name="Share">Of the frames (detector) or embedded faces (embedder), above 0 up to 1.</param>
/// <param name="Duration">Then it ends.</param>
public sealed record ShadowOptions(double Share, TimeSpan Duration);

/// <summary>A model that might become the live one.</summary>
/// <param name="Model">Name and version.</param>
public abstract record ShadowCandidate(string Model)
{
    public abstract ShadowKind Kind { get; }
}

/// <summary>A face detector; boxes are compared.</summary>
/// <param name="Model">Name and version.</param>
/// <param name="Create">Makes it, on the thread that will run it.</param>
public sealed record DetectorCandidate(string Model, Func<IFaceDetector> Create) : ShadowCandidate(Model)
{
    public override ShadowKind Kind => ShadowKind.Detector;
}

/// <summary>A face embedder; whom it would identify is compared.</summary>
/// <param name="Model">Name and version.</param>
/// <param name="Create">Makes it, on the thread that will run it.</param>
/// <param name="Index">The watchlist in its templates.</param>
/// <param name="Threshold">From which similarity it would identify.</param>
/// <param name="Release">Called once when the comparison has ended.</param>
public sealed record EmbedderCandidate(
    string Model, Func<IFaceEmbedder> Create, IWatchlistIndex Index, MatchThreshold Threshold, Action? Release = null) : ShadowCandidate(Model)
{
    public override ShadowKind Kind => ShadowKind.Embedder;
}
