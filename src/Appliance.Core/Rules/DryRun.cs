using System.Globalization;
using Appliance.Core.Cameras;
using Appliance.Core.Rules.Engine;
using Appliance.Core.Rules.Sites;

namespace Appliance.Core.Rules;

/// <summary>A rule would have fired.</summary>
/// <param name="Utc">When.</param>
/// <param name="Rule">Which.</param>
/// <param name="Camera">Where; <c>box</c> for what no camera saw.</param>
/// <param name="Place">Zone, line or input; empty = none.</param>
/// <param name="Track">Who; 0 = nobody in particular.</param>
/// <param name="Detail">In words.</param>
public sealed record DryFinding(DateTimeOffset Utc, Rule Rule, CameraId Camera, string Place, long Track, string Detail);

/// <summary>
/// Asks rules about events that were recorded. The clock of the recording is its wall clock: cooldowns and times in zones follow it.
/// </summary>
public sealed class DryRun(RuleSet set)
{
    private readonly Dictionary<CameraId, CameraRules> _cameras = [];
    private readonly SiteRules _site = Adopted(set);
    private readonly List<RuleFinding> _found = [];
    private readonly List<SiteFinding> _foundAtSite = [];
    private readonly List<DryFinding> _findings = [];
    private readonly HashSet<string> _inputs = [];
    private DateTimeOffset? _first;

    /// <summary>In order of time.</summary>
    public IReadOnlyList<DryFinding> Findings => _findings;

    /// <summary>Events taken so far.</summary>
    public long Events { get; private set; }

    /// <summary>Tracks of one frame.</summary>
    public void Scene(CameraId camera, DateTimeOffset utc, ReadOnlySpan<Sighting> tracks, int tampered)
    {
        var now = Clock(utc);
        if (!_cameras.TryGetValue(camera, out var rules))
            _cameras.Add(camera, rules = new(camera, set));
        _found.Clear();
        rules.Step(tracks, tampered, now, utc, _found);
        foreach (var finding in _found)
        {
            _findings.Add(new(
                utc, finding.Rule, camera, finding.Place, finding.Index < 0 ? 0 : tracks[finding.Index].Track, finding.Detail));
        }

        Site((at, found) => _site.Step(at, utc, found), now, utc);
    }

    /// <summary>An input changed.</summary>
    public void Input(string input, bool active, DateTimeOffset utc)
    {
        var isNew = _inputs.Add(input);
        Site((now, found) =>
        {
            // A recording begins with a change: before it, the input was the other way.
            if (isNew)
                _site.Input(input, !active, now, utc, found);
            _site.Input(input, active, now, utc, found);
        }, Clock(utc), utc);
    }

    /// <summary>The box is somewhere.</summary>
    public void Locate(Position position, DateTimeOffset utc) =>
        Site((now, found) => _site.Locate(position, now, utc, found), Clock(utc), utc);

    /// <summary>A camera lost or found its signal.</summary>
    public void Signal(CameraId camera, bool lost, DateTimeOffset utc) =>
        Site((now, found) => _site.Signal(camera, lost, now, utc, found), Clock(utc), utc);

    /// <summary>Why a rule did not fire (more often), by camera; for rules of the box one line.</summary>
    public IEnumerable<(string Camera, string Why)> Explain(Rule rule)
    {
        if (rule.Options.Kind is RuleKind.Input or RuleKind.Geofence)
        {
            if (_findings.All(finding => finding.Rule != rule))
                yield return (CameraId.Box.Value, ExplainSite(rule));
            yield break;
        }

        var asked = false;
        foreach (var (camera, rules) in _cameras.OrderBy(entry => entry.Key.Value, StringComparer.Ordinal))
        {
            if (rules.Tallies[rule.Index] is not { } tally)
                continue;

            asked = true;
            if (Explain(rule, tally) is { } why)
                yield return (camera.Value, why);
        }

        if (!asked)
            yield return ("-", "the recording has no frame of a camera with its zones or lines");
    }

    private static string? Explain(Rule rule, RuleTally tally)
    {
        var parts = new List<string>();
        if (tally.Frames == 0)
            parts.Add($"its schedule '{rule.Options.Schedule}' was never on ({tally.OutOfSchedule} frames)");
        else if (tally.Fired == 0)
            parts.Add(NeverFired(rule, tally));
        if (tally.Cooled > 0)
            parts.Add($"{tally.Cooled} times more it was in its cooldown of {rule.Options.Cooldown:c}");
        return parts.Count > 0 ? string.Join("; ", parts) : null;
    }

    private static string NeverFired(Rule rule, RuleTally tally)
    {
        var kind = rule.Options.Kind;
        if (kind == RuleKind.Occupancy && tally.Most < rule.Options.Count)
            return $"at most {tally.Most} of {rule.Options.Count} faces at a time";
        if (tally.Present == 0 && kind != RuleKind.Absence)
        {
            return kind switch
            {
                RuleKind.Tamper => "nothing was wrong with the picture",
                RuleKind.LineCrossing => "nobody crossed its line",
                _ when rule.Options.Zones.Count > 0 => $"nobody was in {string.Join(" or ", rule.Options.Zones)}",
                _ => "nobody was seen",
            };
        }

        if (tally.OtherPeople == tally.Present && tally.Present > 0 && kind is not (RuleKind.Absence or RuleKind.Occupancy or RuleKind.Tamper))
            return $"{tally.Present} sightings, all of people who do not count for it";
        if (tally.OtherWay > 0)
            return $"crossed {tally.OtherWay} times, in the other direction";
        return string.Create(
            CultureInfo.InvariantCulture, $"it lasted {tally.Longest.TotalSeconds:0.0} s at most of {rule.Options.After.TotalSeconds:0.0} s needed");
    }

    private string ExplainSite(Rule rule) => rule.Options.Kind switch
    {
        RuleKind.Geofence => "the box did not leave its fence for long enough, or no position was recorded",
        _ when rule.Options.Inputs.Count > 0 && !rule.Options.Inputs.Any(_inputs.Contains) => $"no change of {string.Join(" or ", rule.Options.Inputs)} was recorded",
        _ when _inputs.Count == 0 => "no change of an input was recorded",
        _ => $"no change to {rule.Options.Change.ToString().ToLowerInvariant()} lasted for {rule.Options.After:c} within its schedule",
    };

    private void Site(Action<TimeSpan, List<SiteFinding>> ask, TimeSpan now, DateTimeOffset utc)
    {
        _foundAtSite.Clear();
        ask(now, _foundAtSite);
        foreach (var finding in _foundAtSite)
            _findings.Add(new(utc, finding.Rule, finding.Camera, finding.Place, 0, finding.Detail));
    }

    private TimeSpan Clock(DateTimeOffset utc)
    {
        Events++;
        return utc - (_first ??= utc);
    }

    private static SiteRules Adopted(RuleSet set)
    {
        var rules = new SiteRules();
        rules.Adopt(set);
        return rules;
    }
}
