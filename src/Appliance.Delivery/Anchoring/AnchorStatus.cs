namespace Appliance.Delivery.Anchoring;

/// <summary>How one way to the companion does.</summary>
/// <param name="Way">https or mqtt.</param>
/// <param name="Sent">Things handed over since the start; repeats count.</param>
/// <param name="Receipts">Receipts that came this way since the start.</param>
/// <param name="Unusable">Answers that could not be used.</param>
/// <param name="LastSuccess">When it last worked; null = not yet.</param>
/// <param name="Fault">Why it does not work; null = it does.</param>
public sealed record AnchorStatus(string Way, long Sent, long Receipts, long Unusable, DateTimeOffset? LastSuccess, string? Fault);
