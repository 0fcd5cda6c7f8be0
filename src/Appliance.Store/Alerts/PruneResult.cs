using Appliance.Core.Alerts;

namespace Appliance.Store.Alerts;

/// <summary>What retention removed.</summary>
/// <param name="Alerts">Alerts with their reviews and delivered rows.</param>
/// <param name="GivenUp">What was not taken or not acknowledged in time, per destination.</param>
/// <param name="Events">The alerts that tell of it, durable already.</param>
public sealed record PruneResult(long Alerts, IReadOnlyList<AlertGap> GivenUp, IReadOnlyList<Alert> Events);
