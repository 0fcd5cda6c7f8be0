using System.ComponentModel.DataAnnotations;
using Appliance.Core.Alerts;

namespace Appliance.Core.Rules;

/// <summary>What a rule looks for.</summary>
public enum RuleKind
{
    /// <summary>A face in a zone without a break for <see cref="RuleOptions.After"/>.</summary>
    Intrusion,

    /// <summary>A face in a zone for <see cref="RuleOptions.After"/> altogether; short absences count as breaks only.</summary>
    Loitering,

    /// <summary>A face crosses a line.</summary>
    LineCrossing,

    /// <summary>At least <see cref="RuleOptions.Count"/> faces in a zone for <see cref="RuleOptions.After"/>.</summary>
    Occupancy,

    /// <summary>Nobody in a zone for <see cref="RuleOptions.After"/>.</summary>
    Absence,

    /// <summary>Something is wrong with a picture, or there is none, for <see cref="RuleOptions.After"/>.</summary>
    Tamper,

    /// <summary>A face that was seen well and matches nobody.</summary>
    UnknownFace,

    /// <summary>A person of the watchlist.</summary>
    Watchlist,

    /// <summary>An input of the box.</summary>
    Input,

    /// <summary>The box is not where it belongs for <see cref="RuleOptions.After"/>.</summary>
    Geofence,
}

/// <summary>How a line is crossed, as seen by someone who looks from its beginning to its end.</summary>
public enum LineDirection
{
    Any,
    LeftToRight,
    RightToLeft,
}

/// <summary>What is wrong with a picture.</summary>
public enum TamperKind
{
    /// <summary>Nothing but one colour: a hand, a bag, paint.</summary>
    Covered,

    Dark,

    Bright,

    Blurred,

    /// <summary>The camera was turned.</summary>
    SceneChanged,

    /// <summary>No pictures arrive.</summary>
    SignalLost,
}

/// <summary>Which change of an input counts.</summary>
public enum InputChange
{
    Active,
    Inactive,
    Any,
}

/// <summary>What the cooldown is counted for.</summary>
public enum CooldownScope
{
    /// <summary>Rule, zone and person; somebody unknown is their track.</summary>
    Person,

    /// <summary>Rule and zone.</summary>
    Zone,

    /// <summary>Rule and camera.</summary>
    Rule,
}

/// <summary>One rule: what × where × who × when → how urgent and what happens.</summary>
public sealed class RuleOptions
{
    /// <summary>Its name, in alerts.</summary>
    [Required, RegularExpression(SceneOptions.NamePattern, ErrorMessage = SceneOptions.NameFault)]
    public string Id { get; init; } = "";

    /// <summary>What it looks for.</summary>
    public RuleKind Kind { get; init; } = RuleKind.Intrusion;

    /// <summary>Whether it counts.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Cameras it is for; empty = all (that have one of its zones or lines, if it names any).</summary>
    public IReadOnlyList<string> Cameras { get; init; } = [];

    /// <summary>Zones it is for; empty = the whole picture.</summary>
    public IReadOnlyList<string> Zones { get; init; } = [];

    /// <summary>LineCrossing: the lines; empty = all lines of its cameras.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];

    /// <summary>LineCrossing: which way.</summary>
    public LineDirection Direction { get; init; }

    /// <summary>Input: which inputs; empty = all.</summary>
    public IReadOnlyList<string> Inputs { get; init; } = [];

    /// <summary>Input: which change counts.</summary>
    public InputChange Change { get; init; }

    /// <summary>Tamper: what counts; empty = everything.</summary>
    public IReadOnlyList<TamperKind> Faults { get; init; } = [];

    /// <summary>How long it must last (0 to 24 h).</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan After { get; init; }

    /// <summary>Occupancy: from how many faces on (1 to 1000).</summary>
    [Range(1, 1000)]
    public int Count { get; init; } = 1;

    /// <summary>
    /// Who counts: categories of the watchlist, <c>unknown</c> (seen well, matches nobody) and <c>undecided</c> (not seen well enough);
    /// empty = everybody.
    /// </summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>Who does not count, in the same words. Somebody undecided may be one of them: give recognition time with After.</summary>
    public IReadOnlyList<string> Except { get; init; } = [];

    /// <summary>Name of the schedule during which it counts; empty = always.</summary>
    public string Schedule { get; init; } = "";

    /// <summary>How urgent: Info, Warning or Critical.</summary>
    public Severity Severity { get; init; } = Severity.Warning;

    /// <summary>Outputs and groups that are switched.</summary>
    public IReadOnlyList<string> Outputs { get; init; } = [];

    /// <summary>How long they are on (100 ms to 10 min; the output's own maximum on-time holds as well).</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan Pulse { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Flashes instead, e.g. <c>on 0.5 s, off 0.5 s × 10</c>; empty = one pulse.</summary>
    public string Pattern { get; init; } = "";

    /// <summary>Notification targets that are told; empty = those that take alerts of this severity anyway.</summary>
    public IReadOnlyList<string> Notify { get; init; } = [];

    /// <summary>Whether snapshot and clip are kept.</summary>
    public bool Evidence { get; init; } = true;

    /// <summary>Silence after an alert (0 to 24 h).</summary>
    [Range(typeof(TimeSpan), "00:00:00", "1.00:00:00")]
    public TimeSpan Cooldown { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>What the silence is for: Person, Zone or Rule.</summary>
    public CooldownScope CooldownPer { get; init; }

    /// <summary>What happens when nobody acknowledges the alert, one after the other; at most 5.</summary>
    [MaxLength(5)]
    public IReadOnlyList<EscalationOptions> Escalation { get; init; } = [];
}

/// <summary>A step of escalation: an alert of kind <c>escalation</c> that refers to the first one.</summary>
public sealed class EscalationOptions
{
    /// <summary>Time since the first alert (1 s to 24 h), longer than that of the step before.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan After { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How urgent it is then.</summary>
    public Severity Severity { get; init; } = Severity.Critical;

    /// <summary>Outputs and groups that are switched.</summary>
    public IReadOnlyList<string> Outputs { get; init; } = [];

    /// <summary>How long they are on (100 ms to 10 min).</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:10:00")]
    public TimeSpan Pulse { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Flashes instead; empty = one pulse.</summary>
    public string Pattern { get; init; } = "";

    /// <summary>Notification targets that are told.</summary>
    public IReadOnlyList<string> Notify { get; init; } = [];
}
