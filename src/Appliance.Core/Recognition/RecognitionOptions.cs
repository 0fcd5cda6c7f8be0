using System.ComponentModel.DataAnnotations;

namespace Appliance.Core.Recognition;

/// <summary>When a track is a person of the watchlist, and how much is computed to find out.</summary>
public sealed class RecognitionOptions
{
    /// <summary>
    /// Cosine similarity that the fused template must reach with about 1000 templates enrolled (0.1 to 0.95); null = what
    /// the embedder's contract says. Larger watchlists raise it, see <see cref="MatchThreshold"/>.
    /// </summary>
    [Range(0.1f, 0.95f)]
    public float? Threshold { get; init; }

    /// <summary>How far the best person must be ahead of the second best (0 to 0.5).</summary>
    [Range(0f, 0.5f)]
    public float MinMargin { get; init; } = 0.05f;

    /// <summary>Shots that must agree on the person (1 to 10).</summary>
    [Range(1, 10)]
    public int MinShots { get; init; } = 2;

    /// <summary>A single shot decides alone when it is this far above the threshold (0 to 0.5).</summary>
    [Range(0f, 0.5f)]
    public float VeryStrong { get; init; } = 0.15f;

    /// <summary>A decided person is given up only when the similarity falls this far below the threshold (0 to 0.3).</summary>
    [Range(0f, 0.3f)]
    public float Hysteresis { get; init; } = 0.06f;

    /// <summary>Shots without a match after which a track is unknown (1 to 20).</summary>
    [Range(1, 20)]
    public int UnknownAfterShots { get; init; } = 4;

    /// <summary>Best shots kept and fused per track (1 to 16).</summary>
    [Range(1, 16)]
    public int KeepShots { get; init; } = 5;

    /// <summary>Embeddings computed for a track before it is decided (1 to 100).</summary>
    [Range(1, 100)]
    public int ShotBudget { get; init; } = 12;

    /// <summary>Least time between two embeddings of an undecided track (0 to 10 s).</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:00:10")]
    public TimeSpan ShotSpacing { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Time between looks at a decided track, or one whose budget is spent (0.5 s to 10 min).</summary>
    [Range(typeof(TimeSpan), "00:00:00.5", "00:10:00")]
    public TimeSpan RecheckEvery { get; init; } = TimeSpan.FromSeconds(4);

    /// <summary>How much better than the worst shot kept a new one must be (0 to 1 of the quality score).</summary>
    [Range(0f, 1f)]
    public float MinGain { get; init; } = 0.05f;

    /// <summary>What a live shot must be to be embedded at all.</summary>
    public QualityGate Quality { get; init; } = QualityGate.Live;
}
