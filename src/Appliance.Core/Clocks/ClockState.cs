namespace Appliance.Core.Clocks;

/// <summary>What is known of the box's wall clock.</summary>
/// <param name="IsSynced">Whether it follows a time source; null = nobody tells.</param>
/// <param name="Since">When it came to this state, UTC by that clock.</param>
/// <param name="Source">Who says so, e.g. <c>timedate1</c> or <c>kernel</c>; empty when nobody does.</param>
public sealed record ClockState(bool? IsSynced, DateTimeOffset Since, string Source);

/// <summary>Knows whether times of this box can be believed.</summary>
public interface IClockState
{
    /// <summary>As of the last look, at most some seconds ago; never waits.</summary>
    ClockState State { get; }
}
