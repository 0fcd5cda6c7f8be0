using Appliance.Core.Evidence.Signatures;

namespace Appliance.FabricGateway.Devices;

/// <summary>One key of a box in the register.</summary>
/// <param name="Device">Serial.</param>
/// <param name="Number">From 1, in the order of registration.</param>
/// <param name="Address">Its address, EIP-55.</param>
/// <param name="FirstBatch">The first batch that it signs.</param>
/// <param name="Source">configuration, operator or rotation.</param>
/// <param name="AddedAt">Unix milliseconds.</param>
/// <param name="RevokedAt">Unix milliseconds; null = not revoked.</param>
public sealed record DeviceKey(string Device, int Number, string Address, long FirstBatch, string Source, long AddedAt, long? RevokedAt);

/// <summary>All keys of one box, and which of them may sign what. Pure.</summary>
/// <param name="All">In order of their numbers; empty = the box is not registered.</param>
public sealed record DeviceKeys(IReadOnlyList<DeviceKey> All)
{
    /// <summary>The key that signs now; null = none (not registered, or revoked).</summary>
    public DeviceKey? Current => All.Count > 0 && All[^1].RevokedAt is null ? All[^1] : null;

    /// <summary>The key that must have signed a batch: the newest that begins at or before it. Null: none, or revoked.</summary>
    public DeviceKey? ForBatch(long seq) => All.LastOrDefault(key => key.FirstBatch <= seq) is { RevokedAt: null } key ? key : null;

    /// <summary>
    /// Whether a signer may speak for the box in a word without batch number: the newest key alone, as the contract has it. A box signs
    /// again what it had not handed over when its key changed.
    /// </summary>
    public bool MaySpeak(string address) => Current?.Address == address;

    /// <summary>Why a rotation cannot be taken; null = it can.</summary>
    public string? WhyNotRotate(KeyStatement statement)
    {
        if (Current is not { } current)
            return "the box has no key here";
        if (statement.OldAddress != current.Address)
            return $"the record follows {statement.OldAddress}, the register has {current.Address}";
        // Equal: it was rotated before it signed anything.
        return statement.FirstBatch >= current.FirstBatch
            ? null
            : $"the new key begins with batch {statement.FirstBatch}, the key before with {current.FirstBatch}";
    }
}
