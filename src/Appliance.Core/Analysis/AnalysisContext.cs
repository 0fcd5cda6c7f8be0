using Appliance.Core.Recognition;
using Appliance.Core.Rules;
using Appliance.Core.Rules.Engine;
using Appliance.Core.Tracking;

namespace Appliance.Core.Analysis;

/// <summary>What the analysis of every camera of one run shares.</summary>
public sealed record AnalysisContext
{
    public required TrackingOptions Tracking { get; init; }

    public required RecognitionOptions Recognition { get; init; }

    public required AlertsOptions Alerts { get; init; }

    /// <summary>Zones and rules of the cameras.</summary>
    public RuleSet Rules { get; init; } = RuleSet.Empty;

    /// <summary>Thresholds of the embedder in use.</summary>
    public required MatchThreshold Threshold { get; init; }

    /// <summary>Templates of the embedder in use.</summary>
    public required IWatchlistIndex Index { get; init; }

    /// <summary>Looks a person up, from memory; null = just removed.</summary>
    public required Func<PersonId, Person?> FindPerson { get; init; }

    /// <summary>This run of the daemon.</summary>
    public required Guid BootId { get; init; }

    /// <summary>Detector and embedder as in the catalogue, for alerts.</summary>
    public required IReadOnlyList<string> Models { get; init; }

    /// <summary>Whether the wall clock is known to be right; null = unknown.</summary>
    public Func<bool?> ClockSynced { get; init; } = static () => null;

    /// <summary>
    /// Cooldowns follow the media time instead of the monotonic clock: for files that are read faster than they were recorded.
    /// </summary>
    public bool MediaTimeOnly { get; init; }
}
