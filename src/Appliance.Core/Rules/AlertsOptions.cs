using System.ComponentModel.DataAnnotations;
using Appliance.Core.Alerts;

namespace Appliance.Core.Rules;

/// <summary>What becomes an alert, how urgent it is and what it switches.</summary>
public sealed class AlertsOptions
{
    /// <summary>After an alert, the same person on the same camera is silent for this long (0 to 24 h).</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan Cooldown { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Also alert on faces seen well that match nobody.</summary>
    public bool UnknownFaces { get; init; }

    /// <summary>How long an unknown face must be followed before it is reported (0 to 10 min).</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:10:00")]
    public TimeSpan UnknownAfter { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>What each category of the watchlist sets off; a category without a rule gets a warning and no output.</summary>
    public IReadOnlyList<CategoryRule> Rules { get; init; } = [];
}

/// <summary>What an alert of one category does.</summary>
public sealed class CategoryRule
{
    /// <summary>Category of the person, or the alert's kind (e.g. <c>unknown_face</c>) for alerts without one; <c>*</c> = all others.</summary>
    [Required, StringLength(64, MinimumLength = 1)]
    public string Category { get; init; } = "";

    /// <summary>How urgent: Info, Warning or Critical.</summary>
    public Severity Severity { get; init; } = Severity.Warning;

    /// <summary>Outputs and groups that are pulsed, by name.</summary>
    public IReadOnlyList<string> Outputs { get; init; } = [];

    /// <summary>How long they are pulsed (100 ms to 10 min; the output's own maximum on-time holds as well).</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan Pulse { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Flashes instead of one pulse, e.g. <c>on 0.5 s, off 0.5 s × 10</c>; empty = one pulse.</summary>
    public string Pattern { get; init; } = "";

    /// <summary>Notification targets that are told; empty = those that take alerts of this severity anyway.</summary>
    public IReadOnlyList<string> Notify { get; init; } = [];

    /// <summary>Whether snapshot and clip are kept.</summary>
    public bool Evidence { get; init; } = true;
}
