using Appliance.Core;
using Appliance.Core.Alerts;
using Appliance.Core.Rules;
using Appliance.Daemon.Pipeline;
using Appliance.Store.Alerts;

namespace Appliance.Daemon.Sites;

/// <summary>
/// Raises the next alert when nobody acknowledges one in time. Needs no table: which alerts are open, and how far they got, is read from
/// the stored alerts at the start.
/// </summary>
internal sealed class EscalationWatch(ApplianceRuntime runtime, ILogger<EscalationWatch> logger) : IAsyncDisposable
{
    private const int PageSize = 200;
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    // The longest step is a day; a box that was off for longer does not start with old alarms.
    private static readonly TimeSpan s_memory = TimeSpan.FromHours(25);

    private readonly Escalations _escalations = new();
    private ITimer? _timer;
    private bool _restored;

    /// <summary>Alerts that wait for somebody.</summary>
    public int Open => _escalations.Count;

    /// <summary>Begins to watch what is stored. What was open before is read at the first round, when the rules are in force.</summary>
    public Task StartAsync()
    {
        runtime.Pipeline.Alerts.Stored += alert => _escalations.Open(alert, runtime.Pipeline.Alerts.Policy);
        _timer = runtime.Clock.CreateTimer(_ => Look(), null, s_look, s_look);
        return Task.CompletedTask;
    }

    /// <summary>Somebody looked at an alert, or at the escalation of one.</summary>
    public void Reviewed(StoredAlert alert)
    {
        if (alert.State == AlertState.New)
            return;

        _escalations.Close(alert.Alert.Id);
        if (alert.Alert.RefersTo.Length > 0)
            _escalations.Close(new(alert.Alert.RefersTo));
    }

    public async ValueTask DisposeAsync()
    {
        if (_timer is not null)
            await _timer.DisposeAsync();
    }

    private void Look()
    {
        try
        {
            if (!_restored)
            {
                _restored = true;
                _ = RestoreAsync();
            }

            foreach (var due in _escalations.Due(runtime.Pipeline.Alerts.Policy, runtime.Clock.GetUtcNow()))
                _ = RaiseAsync(due);
        }
        catch (Exception error)
        {
            // A timer's exception would end the process.
            logger.EscalationFailed(error);
        }
    }

    /// <summary>Asks the store once more: somebody may have acknowledged it in the moment in which it was stored.</summary>
    private async Task RaiseAsync(EscalationDue due)
    {
        try
        {
            if (await runtime.Store.Alerts.Find(due.First.Id) is { State: not AlertState.New })
            {
                _escalations.Close(due.First.Id);
                return;
            }
        }
        catch (Exception error)
        {
            // Rather once too often than not at all.
            logger.EscalationFailed(error);
        }

        logger.Escalated(due.First.Id, due.Step);
        runtime.Pipeline.Alerts.RaiseWith(due.Actions, Escalation(due));
    }

    private async Task RestoreAsync()
    {
        try
        {
            var recent = await Recent();
            var looked = recent.Where(alert => alert.State != AlertState.New && alert.Alert.RefersTo.Length > 0)
                .Select(alert => alert.Alert.RefersTo).ToHashSet(StringComparer.Ordinal);
            var done = recent.Where(alert => alert.Alert.Kind == AlertKinds.Escalation)
                .GroupBy(alert => alert.Alert.RefersTo).ToDictionary(group => group.Key, group => group.Count());
            _escalations.Restore(
                recent.Where(alert => alert.State == AlertState.New && !looked.Contains(alert.Alert.Id.Value))
                    .Select(alert => (alert.Alert, done.GetValueOrDefault(alert.Alert.Id.Value))),
                runtime.Pipeline.Alerts.Policy);
            if (_escalations.Count > 0)
                logger.EscalationsRestored(_escalations.Count);
        }
        catch (Exception error)
        {
            _restored = false;
            logger.EscalationFailed(error);
        }
    }

    private async Task<List<StoredAlert>> Recent()
    {
        var all = new List<StoredAlert>();
        string? cursor = null;
        do
        {
            var page = await runtime.Store.Alerts.List(
                new() { From = runtime.Clock.GetUtcNow() - s_memory }, cursor, PageSize);
            all.AddRange(page.Items);
            cursor = page.Next;
        }
        while (cursor is not null);
        return all;
    }

    private Alert Escalation(EscalationDue due)
    {
        var now = runtime.Clock.GetUtcNow();
        return due.First with
        {
            Id = new(Ulid.New(now)),
            Seq = 0,
            BootId = runtime.Options.Identity.BootId,
            Kind = AlertKinds.Escalation,
            Utc = now,
            // Who it was is in the first alert; this one says that nobody took care of it.
            Match = null,
            RefersTo = due.First.Id.Value,
            Detail = FormattableString.Invariant($"{due.First.Kind} not acknowledged for {due.Waited.TotalMinutes:0.0} min, step {due.Step}"),
        };
    }
}
