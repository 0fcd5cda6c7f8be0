using Appliance.Core.Alerts;

namespace Appliance.Store.Evidence;

/// <summary>What the index knows of an alert's evidence.</summary>
/// <param name="Seq">The alert's number.</param>
/// <param name="Alert">The alert.</param>
/// <param name="Utc">When it happened.</param>
/// <param name="Camera">Where.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Reason">Why something is missing; empty = nothing is.</param>
/// <param name="Bytes">Of all artefacts, before encryption.</param>
/// <param name="KeepUntil">When retention may take it; null = not decided yet.</param>
/// <param name="Hold">Why it must not be destroyed; null = it may.</param>
/// <param name="SealedAt">When the manifest was signed.</param>
/// <param name="Digest">SHA-256 of the manifest.</param>
/// <param name="Signer">Address of the key; null = not signed.</param>
/// <param name="Signature">65 bytes over the digest (EIP-191).</param>
/// <param name="Batch">Batch of the log.</param>
/// <param name="Leaf">Index in it, from 0.</param>
/// <param name="Pinning">Where it stands with the IPFS node.</param>
/// <param name="PinReason">What of it could not be pinned, and why; empty = nothing.</param>
public sealed record EvidenceRecord(
    long Seq, AlertId Alert, DateTimeOffset Utc, string Camera, EvidenceState State, string Reason, long Bytes, DateTimeOffset? KeepUntil,
    string? Hold, DateTimeOffset? SealedAt, byte[]? Digest, string? Signer, byte[]? Signature, long? Batch, int? Leaf,
    PinState Pinning, string PinReason);

/// <summary>An encrypted artefact on disk, listed.</summary>
/// <param name="Name">As in the manifest.</param>
/// <param name="MediaType">MIME type.</param>
/// <param name="Bytes">Before encryption.</param>
public sealed record StoredArtefact(string Name, string MediaType, long Bytes);

/// <summary>Narrows a listing of evidence; null = all.</summary>
public sealed record EvidenceFilter
{
    public string? Camera { get; init; }

    public EvidenceState? State { get; init; }

    /// <summary>Only what is under legal hold (true) or not (false).</summary>
    public bool? Held { get; init; }

    public DateTimeOffset? From { get; init; }

    /// <summary>Exclusive.</summary>
    public DateTimeOffset? To { get; init; }
}

/// <summary>How much there is.</summary>
/// <param name="Records">With artefacts on disk.</param>
/// <param name="Bytes">Of their artefacts.</param>
/// <param name="BytesToday">Artefacts written since midnight UTC.</param>
/// <param name="RecordsToday">Manifests signed since midnight UTC.</param>
/// <param name="Batches">Closed batches of the log.</param>
/// <param name="Held">Records under legal hold.</param>
/// <param name="WithoutReceipt">Closed batches that the ledger has not confirmed.</param>
/// <param name="NotPinned">Signed records that are not on an IPFS node.</param>
public sealed record EvidenceFigures(
    long Records, long Bytes, long BytesToday, long RecordsToday, long Batches, long Held, long WithoutReceipt, long NotPinned);
