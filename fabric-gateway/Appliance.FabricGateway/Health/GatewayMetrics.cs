using System.Globalization;
using System.Text;
using Appliance.FabricGateway.Intake;
using Appliance.FabricGateway.Store;

namespace Appliance.FabricGateway.Health;

/// <summary>Steps of a transaction that are timed.</summary>
public enum LedgerStep
{
    Endorse,
    Submit,
    Commit,
}

/// <summary>Counters of the companion, in Prometheus' text format. Thread-safe; counting allocates nothing.</summary>
public sealed class GatewayMetrics
{
    private static readonly int s_kinds = Enum.GetValues<ItemKind>().Length + 1;

    // accepted, exists, then one per word.
    private static readonly string[] s_outcomes = ["accepted", "exists", "malformed", "no_device", "bad_signature", "equivocation", "not_yours"];

    private readonly long[] _taken = new long[s_kinds * s_outcomes.Length];
    private readonly long[] _anchored = new long[s_kinds];
    private readonly long[] _parked = new long[s_kinds];
    private readonly long[] _stepCount = new long[3];
    private readonly long[] _stepMicroseconds = new long[3];
    private readonly long[] _stepFailed = new long[3];
    private long _transactions;
    private long _voided;
    private long _events;
    private long _messagesNotStored;

    public long Transactions => Interlocked.Read(ref _transactions);

    public void Took(ItemKind kind, Outcome outcome)
    {
        var at = outcome.Status switch
        {
            OutcomeStatus.Accepted => 0,
            OutcomeStatus.Exists => 1,
            _ => 2 + (int)outcome.Refusal!.Word,
        };
        Interlocked.Increment(ref _taken[((int)kind * s_outcomes.Length) + at]);
    }

    public void Anchored(ItemKind kind, int count) => Interlocked.Add(ref _anchored[(int)kind], count);

    public void Parked(ItemKind kind, int count) => Interlocked.Add(ref _parked[(int)kind], count);

    public void Committed() => Interlocked.Increment(ref _transactions);

    public void Voided() => Interlocked.Increment(ref _voided);

    public void Event() => Interlocked.Increment(ref _events);

    public void MessageNotStored() => Interlocked.Increment(ref _messagesNotStored);

    public void Step(LedgerStep step, TimeSpan took, bool failed)
    {
        Interlocked.Increment(ref _stepCount[(int)step]);
        Interlocked.Add(ref _stepMicroseconds[(int)step], (long)took.TotalMicroseconds);
        if (failed)
            Interlocked.Increment(ref _stepFailed[(int)step]);
    }

    /// <summary>The whole page.</summary>
    public string Write(HealthReport health)
    {
        var page = new Page();
        page.Family("watchpost_fabric_taken_total", "counter", "What boxes said, by kind and answer.");
        foreach (var kind in Enum.GetValues<ItemKind>())
        {
            for (var i = 0; i < s_outcomes.Length; i++)
            {
                if (Interlocked.Read(ref _taken[((int)kind * s_outcomes.Length) + i]) is > 0 and var count)
                    page.Sample("watchpost_fabric_taken_total", count, ("kind", Name(kind)), ("answer", s_outcomes[i]));
            }
        }

        PerKind(page, "watchpost_fabric_anchored_total", "Items that the ledger has.", _anchored);
        PerKind(page, "watchpost_fabric_parked_total", "Items that the ledger refused for good.", _parked);
        page.Single("watchpost_fabric_transactions_total", "counter", "Transactions committed as valid.", Transactions);
        page.Single("watchpost_fabric_void_transactions_total", "counter", "Transactions that did not become valid.", Interlocked.Read(ref _voided));
        page.Single("watchpost_fabric_events_total", "counter", "Chaincode events replayed.", Interlocked.Read(ref _events));
        page.Single("watchpost_fabric_messages_not_stored_total", "counter", "MQTT messages left with the broker because the store failed.", Interlocked.Read(ref _messagesNotStored));
        page.Family("watchpost_fabric_step_seconds", "summary", "Time of the steps of a transaction.");
        page.Family("watchpost_fabric_step_failures_total", "counter", "Steps that failed and were tried again or given up.");
        foreach (var step in Enum.GetValues<LedgerStep>())
        {
            var name = step.ToString().ToLowerInvariant();
            page.Sample("watchpost_fabric_step_seconds_count", Interlocked.Read(ref _stepCount[(int)step]), ("step", name));
            page.Sample("watchpost_fabric_step_seconds_sum", Interlocked.Read(ref _stepMicroseconds[(int)step]) / 1e6, ("step", name));
            page.Sample("watchpost_fabric_step_failures_total", Interlocked.Read(ref _stepFailed[(int)step]), ("step", name));
        }

        page.Single("watchpost_fabric_pending", "gauge", "Items that wait for a transaction.", health.Pending);
        page.Single("watchpost_fabric_in_transactions", "gauge", "Items in transactions whose fate is not known.", health.InTransactions);
        page.Single("watchpost_fabric_open_transactions", "gauge", "Transactions whose fate is not known.", health.OpenTransactions);
        page.Single("watchpost_fabric_parked", "gauge", "Items that the ledger refused and that wait for an operator.", health.Parked);
        page.Single("watchpost_fabric_oldest_pending_seconds", "gauge", "Age of the oldest item that waits.", health.OldestPendingSeconds);
        page.Single("watchpost_fabric_equivocations", "gauge", "Pairs of signed statements that cannot both be true.", health.Equivocations);
        page.Single("watchpost_fabric_devices", "gauge", "Registered boxes.", health.Devices);
        page.Single("watchpost_fabric_ledger_up", "gauge", "1 = the ledger answered last time.", health.Ledger.Length == 0 ? 1 : 0);
        page.Single("watchpost_fabric_broker_up", "gauge", "1 = connected, 0 = not, -1 = not used.", health.Broker switch { null => -1, "" => 1, _ => 0 });
        page.Single("watchpost_fabric_store_up", "gauge", "1 = the last write was synced.", health.Store.Length == 0 ? 1 : 0);
        page.Single("watchpost_fabric_disk_free_bytes", "gauge", "Room left on the disk of the outbox.", health.DiskFreeBytes);
        page.Single("watchpost_fabric_resident_bytes", "gauge", "Resident memory of this process.", Environment.WorkingSet);
        page.Single("watchpost_fabric_managed_bytes", "gauge", "Of it, committed by the collector.", GC.GetGCMemoryInfo().TotalCommittedBytes);
        page.Family("watchpost_fabric_certificate_expiry_seconds", "gauge", "Time left of a certificate.");
        foreach (var certificate in health.Certificates)
            page.Sample("watchpost_fabric_certificate_expiry_seconds", certificate.SecondsLeft, ("certificate", certificate.Name));
        return page.ToString();
    }

    private static void PerKind(Page page, string name, string help, long[] counts)
    {
        page.Family(name, "counter", help);
        foreach (var kind in Enum.GetValues<ItemKind>())
            page.Sample(name, Interlocked.Read(ref counts[(int)kind]), ("kind", Name(kind)));
    }

    private static string Name(ItemKind kind) => kind.ToString().ToLowerInvariant();

    /// <summary>Text exposition format 0.0.4.</summary>
    private sealed class Page
    {
        private readonly StringBuilder _text = new();

        public void Family(string name, string type, string help) =>
            _text.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n').Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

        public void Sample(string name, double value, params ReadOnlySpan<(string Name, string Value)> labels)
        {
            _text.Append(name);
            for (var i = 0; i < labels.Length; i++)
                _text.Append(i == 0 ? '{' : ',').Append(labels[i].Name).Append("=\"").Append(labels[i].Value).Append('"');
            if (labels.Length > 0)
                _text.Append('}');
            _text.Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
        }

        public void Single(string name, string type, string help, double value)
        {
            Family(name, type, help);
            Sample(name, value);
        }

        public override string ToString() => _text.ToString();
    }
}
