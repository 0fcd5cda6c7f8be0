using System.ComponentModel.DataAnnotations;

namespace Appliance.Core.Tracking;

/// <summary>How faces of one camera are followed from frame to frame.</summary>
public sealed class TrackingOptions
{
    /// <summary>Detections of at least this score are matched first and may begin a track (0.3 to 0.99).</summary>
    [Range(0.3f, 0.99f)]
    public float HighScore { get; init; } = 0.6f;

    /// <summary>Weaker detections, down to this score, may only continue a track (0.05 to 0.9); below they are ignored.</summary>
    [Range(0.05f, 0.9f)]
    public float LowScore { get; init; } = 0.3f;

    /// <summary>Sightings that turn a tentative track into a confirmed one (1 to 10).</summary>
    [Range(1, 10)]
    public int ConfirmAfter { get; init; } = 2;

    /// <summary>A track that is not seen for longer ends (0.1 s to 30 s).</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:00:30")]
    public TimeSpan LostFor { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>
    /// A step of media time that is longer, or backwards, is a cut (camera reopened, seek): all tracks end (0.5 s to 60 s).
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:00.5", "00:01:00")]
    public TimeSpan CutAfter { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>Tracks followed at once (1 to 1000); further faces wait until one ends.</summary>
    [Range(1, 1000)]
    public int MaxTracks { get; init; } = 256;

    /// <summary>Cosine similarity from which a new track is taken for a lost one (0.2 to 1; above 1 would be never).</summary>
    [Range(0.2f, 1f)]
    public float RelinkSimilarity { get; init; } = 0.5f;
}
