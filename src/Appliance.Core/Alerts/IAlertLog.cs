namespace Appliance.Core.Alerts;

/// <summary>Makes alerts durable together with one outbox row per destination: one transaction, fsynced.</summary>
public interface IAlertLog
{
    /// <summary>
    /// Stores the alert and its outbox rows; returns it with <see cref="Alert.Seq"/> set once it would survive a power cut.
    /// Concurrent calls share a transaction (group commit). Storing an id twice returns the first one's seq.
    /// </summary>
    ValueTask<Alert> Append(Alert alert, CancellationToken cancel);
}
