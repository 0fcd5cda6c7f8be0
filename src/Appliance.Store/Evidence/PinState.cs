namespace Appliance.Store.Evidence;

/// <summary>Where the evidence of an alert stands with the IPFS node. Numbers are stored: never change them.</summary>
public enum PinState
{
    /// <summary>Not pinned (yet).</summary>
    Waiting = 0,

    /// <summary>All that was to be pinned is; what could not be had on the box is named in the reason.</summary>
    Pinned = 1,

    /// <summary>Destroyed: the node was told to forget it, or never had it.</summary>
    Removed = 2,

    /// <summary>Destroyed: the node has yet to be told.</summary>
    Removing = 3,
}

/// <summary>A file on the IPFS node.</summary>
/// <param name="Name">As in the bundle: manifest.json, clip.mp4 (as recorded), masked/clip.mp4; with .wpe: encrypted as on the disk.</param>
/// <param name="Cid">CIDv1.</param>
/// <param name="Bytes">Of the file.</param>
/// <param name="PinnedAt">When the node had it.</param>
public sealed record EvidencePin(string Name, string Cid, long Bytes, DateTimeOffset PinnedAt);
