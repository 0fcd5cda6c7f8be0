namespace Appliance.Fabric;

/// <summary>How long each step may take; each call may say otherwise.</summary>
public sealed record GatewayOptions
{
    public TimeSpan EvaluateTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Shorter than the peer's own 30 s, so that its answer, not ours, says who was slow.</summary>
    public TimeSpan EndorseTimeout { get; init; } = TimeSpan.FromSeconds(15);

    public TimeSpan SubmitTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>A block is cut after the orderer's batch timeout (2 s by default), then gossiped and validated.</summary>
    public TimeSpan CommitStatusTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Gives a proposal's timestamp. No peer checks it: it is what the client claims.</summary>
    public TimeProvider Clock { get; init; } = TimeProvider.System;
}
