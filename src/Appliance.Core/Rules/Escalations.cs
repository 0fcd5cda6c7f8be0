using Appliance.Core.Alerts;

namespace Appliance.Core.Rules;

/// <summary>A step whose time has come.</summary>
/// <param name="First">The alert that nobody acknowledged.</param>
/// <param name="Step">Number of the step, from 1.</param>
/// <param name="Actions">What happens.</param>
/// <param name="Waited">Time since the first alert.</param>
public sealed record EscalationDue(Alert First, int Step, AlertActions Actions, TimeSpan Waited);

/// <summary>
/// Alerts that wait for somebody to acknowledge them. Kept in memory and found again from the stored alerts after a restart: an alert is
/// open while its state is new, and its steps done are the escalations that refer to it. Runs on the wall clock because it must
/// outlive the process; a clock set back delays a step, one set forward hurries it. Thread-safe.
/// </summary>
public sealed class Escalations
{
    private readonly Lock _lock = new();
    private readonly Dictionary<AlertId, Entry> _open = [];

    // What ended before the stored alerts were read; null = they were.
    private HashSet<AlertId>? _ended = [];

    /// <summary>Alerts that wait.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
                return _open.Count;
        }
    }

    /// <summary>A stored alert starts to wait; one without steps, or whose steps are all done, does not.</summary>
    /// <param name="alert">As stored.</param>
    /// <param name="policy">Knows its rule.</param>
    public void Open(Alert alert, AlertPolicy policy)
    {
        if (!HasSteps(alert, policy, 0))
            return;

        lock (_lock)
            _open[alert.Id] = new(alert, 0);
    }

    /// <summary>
    /// Alerts that were open when they were read from the store, once after a start, go on to wait. What has happened since counts
    /// more: one that waits already keeps its steps, one that somebody has looked at stays closed.
    /// </summary>
    /// <param name="stored">Open alerts, each with the steps that were done.</param>
    /// <param name="policy">Knows their rules.</param>
    public void Restore(IEnumerable<(Alert Alert, int Done)> stored, AlertPolicy policy)
    {
        lock (_lock)
        {
            foreach (var (alert, done) in stored)
            {
                if (HasSteps(alert, policy, done) && _ended?.Contains(alert.Id) != true)
                    _open.TryAdd(alert.Id, new(alert, done));
            }

            _ended = null;
        }
    }

    /// <summary>Somebody looked at it, or at one of its escalations.</summary>
    public void Close(AlertId id)
    {
        lock (_lock)
            End(id);
    }

    /// <summary>Steps whose time has come, each once. A rule that is gone closes its alerts.</summary>
    public IReadOnlyList<EscalationDue> Due(AlertPolicy policy, DateTimeOffset now)
    {
        lock (_lock)
        {
            List<EscalationDue>? due = null;
            foreach (var (id, entry) in _open)
            {
                var steps = policy.Rules.Find(entry.Alert.Rule)?.Escalation ?? [];
                var waited = now - entry.Alert.Utc;
                while (entry.Done < steps.Count && waited >= steps[entry.Done].After)
                    (due ??= []).Add(new(entry.Alert, ++entry.Done, steps[entry.Done - 1].Actions, waited));
                if (entry.Done >= steps.Count)
                    End(id);
            }

            return due ?? (IReadOnlyList<EscalationDue>)[];
        }
    }

    private static bool HasSteps(Alert alert, AlertPolicy policy, int done) =>
        alert.Kind != AlertKinds.Escalation && alert.Rule.Length > 0 && policy.Rules.Find(alert.Rule) is { } rule && done < rule.Escalation.Count;

    private void End(AlertId id)
    {
        _open.Remove(id);
        _ended?.Add(id);
    }

    private sealed class Entry(Alert alert, int done)
    {
        public Alert Alert => alert;

        public int Done { get; set; } = done;
    }
}
