using Appliance.Core.Alerts;
using Appliance.Core.Cameras;
using Appliance.Core.Rules.Schedules;
using Appliance.Core.Rules.Sites;
using Appliance.Core.Rules.Zones;

namespace Appliance.Core.Rules.Engine;

/// <summary>
/// Rules made ready to be asked for every frame. Immutable and shared by all cameras; a change makes a new one.
/// </summary>
public sealed class RuleSet
{
    public static readonly RuleSet Empty = new(new RulesOptions());

    private readonly Dictionary<CameraId, Scene> _scenes = [];
    private readonly Dictionary<string, Rule> _byId;
    private readonly Rule[] _rules;

    /// <param name="options">Without faults: see <see cref="RulesCheck"/>.</param>
    public RuleSet(RulesOptions options)
    {
        Options = options;
        Schedules = [.. options.Schedules.Select(schedule => new Schedule(schedule, options.TimeZone))];
        _rules = [.. options.Rules.Where(rule => rule.Enabled).Select((rule, index) =>
            new Rule(index, rule, Array.FindIndex(Schedules, schedule => schedule.Id == rule.Schedule)))];
        _byId = _rules.ToDictionary(rule => rule.Id, StringComparer.Ordinal);
        Geofence = Geofence.Of(options.Geofence);
        foreach (var scene in options.Cameras)
            _scenes[new(scene.Camera)] = new Scene(scene, _rules);
        Elsewhere = new Scene(new() { Camera = "" }, _rules);
    }

    /// <summary>What it was made from.</summary>
    public RulesOptions Options { get; }

    /// <summary>Rules that are switched on.</summary>
    public IReadOnlyList<Rule> Rules => _rules;

    /// <summary>Null: there is none.</summary>
    public Geofence? Geofence { get; }

    internal Schedule[] Schedules { get; }

    /// <summary>What counts for cameras without zones.</summary>
    private Scene Elsewhere { get; }

    /// <summary>Null: no such rule any more.</summary>
    public Rule? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>What a camera's outgoing pictures must not show.</summary>
    public PrivacyMask MaskOf(CameraId camera) => _scenes.GetValueOrDefault(camera)?.Mask ?? PrivacyMask.None;

    /// <summary>Whether a rule counts at that time.</summary>
    public bool IsActive(Rule rule, DateTimeOffset at) => rule.Schedule < 0 || Schedules[rule.Schedule].IsActive(at);

    internal Scene SceneOf(CameraId camera) => _scenes.GetValueOrDefault(camera) ?? Elsewhere;
}

/// <summary>One rule made ready.</summary>
public sealed class Rule
{
    private readonly HashSet<string>? _categories;
    private readonly HashSet<string>? _except;

    internal Rule(int index, RuleOptions options, int schedule)
    {
        (Index, Options, Schedule) = (index, options, schedule);
        Actions = AlertActions.Of(options);
        Escalation = [.. options.Escalation.Select(step => (step.After, AlertActions.Of(step)))];
        _categories = options.Categories.Count > 0 ? new(options.Categories, StringComparer.OrdinalIgnoreCase) : null;
        _except = options.Except.Count > 0 ? new(options.Except, StringComparer.OrdinalIgnoreCase) : null;
        Tampers = options.Faults.Count == 0 ? ~0 : options.Faults.Aggregate(0, static (mask, kind) => mask | (1 << (int)kind));
    }

    public string Id => Options.Id;

    public RuleOptions Options { get; }

    public AlertActions Actions { get; }

    /// <summary>Steps when nobody acknowledges: time since the first alert, and what happens.</summary>
    public IReadOnlyList<(TimeSpan After, AlertActions Actions)> Escalation { get; }

    /// <summary>The kind of its alerts.</summary>
    public string AlertKind => Options.Kind switch
    {
        RuleKind.Intrusion => AlertKinds.Intrusion,
        RuleKind.Loitering => AlertKinds.Loitering,
        RuleKind.LineCrossing => AlertKinds.LineCrossing,
        RuleKind.Occupancy => AlertKinds.Occupancy,
        RuleKind.Absence => AlertKinds.Absence,
        RuleKind.Tamper => AlertKinds.Tamper,
        RuleKind.UnknownFace => AlertKinds.UnknownFace,
        RuleKind.Watchlist => AlertKinds.Watchlist,
        RuleKind.Input => AlertKinds.Input,
        _ => AlertKinds.Geofence,
    };

    internal int Index { get; }

    /// <summary>Index of its schedule; −1 = always.</summary>
    internal int Schedule { get; }

    /// <summary>Bits of <see cref="TamperKind"/> that count.</summary>
    internal int Tampers { get; }

    internal bool Counts(string category) =>
        (_categories is null || _categories.Contains(category)) && (_except is null || !_except.Contains(category));

    internal bool IsFor(string camera) => Options.Cameras.Count == 0 || Options.Cameras.Contains(camera);
}
