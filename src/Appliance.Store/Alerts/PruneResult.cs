namespace Appliance.Store.Alerts;

/// <summary>Outbox rows given up at the retention limit: <paramref name="Count"/> rows between two numbers, inclusive.</summary>
public sealed record GivenUp(string Destination, long FirstSeq, long LastSeq, long Count);

/// <summary>What retention removed.</summary>
/// <param name="Alerts">Alerts with their reviews and delivered rows.</param>
/// <param name="GivenUp">What no consumer ever took, per destination; each is an event of its own.</param>
public sealed record PruneResult(long Alerts, IReadOnlyList<GivenUp> GivenUp);
