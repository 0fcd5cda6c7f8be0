namespace Appliance.Delivery.Mqtt.Consumers;

/// <summary>What consumers said since start.</summary>
/// <param name="Acknowledgements">Messages taken.</param>
/// <param name="Bad">Messages that could not be used.</param>
/// <param name="LastBad">Why the last of them could not; null = none.</param>
/// <param name="LastBadAt">When, UTC.</param>
/// <param name="Redelivered">Alerts sent again because nobody acknowledged them in time.</param>
/// <param name="Replays">Replays done on demand.</param>
public sealed record ConsumerFigures(
    long Acknowledgements, long Bad, string? LastBad, DateTimeOffset? LastBadAt, long Redelivered, long Replays);
