using Appliance.Core.Cameras;
using Appliance.Core.Rules.Engine;

namespace Appliance.Core.Rules.Sites;

/// <summary>A rule applies to something that is not in a picture.</summary>
/// <param name="Rule">Which.</param>
/// <param name="Camera">The camera without signal; <see cref="CameraId.Box"/> otherwise.</param>
/// <param name="Place">The input; empty otherwise.</param>
/// <param name="Detail">In words.</param>
public readonly record struct SiteFinding(Rule Rule, CameraId Camera, string Place, string Detail);

/// <summary>
/// The rules of the box itself: inputs, the geofence, cameras without signal. Asked about once per second and whenever an input
/// changes. One thread at a time.
/// </summary>
public sealed class SiteRules
{
    private readonly Dictionary<(int Rule, string Subject), State> _states = [];
    private RuleSet _set = RuleSet.Empty;

    /// <summary>Goes on with other rules; conditions that hold begin anew.</summary>
    public void Adopt(RuleSet set)
    {
        if (ReferenceEquals(_set, set))
            return;

        _set = set;
        _states.Clear();
    }

    /// <summary>An input as it is now; call it at the start and after every change. The first call says nothing.</summary>
    public void Input(string input, bool active, TimeSpan now, DateTimeOffset utc, List<SiteFinding> found)
    {
        foreach (var rule in Rules(RuleKind.Input))
        {
            if (rule.Options.Inputs.Count > 0 && !rule.Options.Inputs.Contains(input))
                continue;

            var state = StateOf(rule, input, out var isNew);
            var changed = !isNew && state.Active != active;
            state.Active = active;
            if (rule.Options.Change == InputChange.Any || active == (rule.Options.Change == InputChange.Active))
            {
                // What was so at the start is no change.
                if (changed)
                    (state.Since, state.Said) = (now, false);
                else if (isNew)
                    state.Said = true;
            }
            else
            {
                state.Since = null;
            }
        }

        Step(now, utc, found);
    }

    /// <summary>Where the box is; null = not known, which changes nothing.</summary>
    public void Locate(Position? position, TimeSpan now, DateTimeOffset utc, List<SiteFinding> found)
    {
        if (position is null || _set.Geofence is not { } fence)
            return;

        var outside = !fence.MayHold(position);
        foreach (var rule in Rules(RuleKind.Geofence))
        {
            var state = StateOf(rule, "", out _);
            state.Detail = outside ? fence.Describe(position) : "";
            Hold(state, outside, now);
        }

        Step(now, utc, found);
    }

    /// <summary>Whether a camera delivers pictures; cameras that were switched off on purpose are not told.</summary>
    public void Signal(CameraId camera, bool lost, TimeSpan now, DateTimeOffset utc, List<SiteFinding> found)
    {
        foreach (var rule in Rules(RuleKind.Tamper))
        {
            if (rule.IsFor(camera.Value) && (rule.Tampers & (1 << (int)TamperKind.SignalLost)) != 0)
                Hold(StateOf(rule, camera.Value, out _), lost, now);
        }

        Step(now, utc, found);
    }

    /// <summary>Time passes: what holds long enough is found.</summary>
    public void Step(TimeSpan now, DateTimeOffset utc, List<SiteFinding> found)
    {
        foreach (var ((index, subject), state) in _states)
        {
            var rule = _set.Rules[index];
            if (state.Since is not { } since || state.Said || now - since < rule.Options.After || !_set.IsActive(rule, utc))
                continue;

            state.Said = true;
            if (state.FiredAt is { } last && now - last < rule.Options.Cooldown)
                continue;

            state.FiredAt = now;
            found.Add(rule.Options.Kind switch
            {
                RuleKind.Input => new(rule, CameraId.Box, subject, $"{subject} {(state.Active ? "active" : "inactive")}"),
                RuleKind.Geofence => new(rule, CameraId.Box, "", state.Detail),
                _ => new(rule, new(subject), "", CameraRules.Words(1 << (int)TamperKind.SignalLost)),
            });
        }
    }

    private IEnumerable<Rule> Rules(RuleKind kind) => _set.Rules.Where(rule => rule.Options.Kind == kind);

    private static void Hold(State state, bool holds, TimeSpan now)
    {
        if (holds)
            state.Since ??= now;
        else
            (state.Since, state.Said) = (null, false);
    }

    private State StateOf(Rule rule, string subject, out bool isNew)
    {
        isNew = !_states.TryGetValue((rule.Index, subject), out var state);
        return isNew ? _states[(rule.Index, subject)] = new() : state!;
    }

    private sealed class State
    {
        public bool Active { get; set; }

        public TimeSpan? Since { get; set; }

        public bool Said { get; set; }

        public TimeSpan? FiredAt { get; set; }

        public string Detail { get; set; } = "";
    }
}
