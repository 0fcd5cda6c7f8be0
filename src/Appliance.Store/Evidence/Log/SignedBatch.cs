using Appliance.Core.Evidence.Log;

namespace Appliance.Store.Evidence.Log;

/// <summary>A closed batch.</summary>
/// <param name="Header">What is signed.</param>
/// <param name="Signer">Address of the key.</param>
/// <param name="Signature">65 bytes.</param>
/// <param name="ClosedAt">When.</param>
/// <param name="Receipt">The ledger's, JSON; null = not anchored yet.</param>
public sealed record SignedBatch(BatchHeader Header, string Signer, byte[] Signature, DateTimeOffset ClosedAt, string? Receipt);

/// <summary>That a manifest's digest is in a batch.</summary>
/// <param name="Batch">The batch.</param>
/// <param name="Index">Leaf, from 0.</param>
/// <param name="Path">Sibling hashes from the leaf upwards.</param>
public sealed record InclusionProof(SignedBatch Batch, int Index, IReadOnlyList<byte[]> Path);

/// <summary>A change of the box's evidence key, or its first one.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Address">The new key.</param>
/// <param name="FirstBatch">From this batch on it signs; the key before signs nothing from here on.</param>
/// <param name="Record">Canonical JSON.</param>
/// <param name="OldSignature">Of the key before over the record; null = there was none, or it was lost.</param>
/// <param name="NewSignature">Of the new key over the record.</param>
public sealed record KeyRecord(int Number, string Address, long FirstBatch, byte[] Record, byte[]? OldSignature, byte[] NewSignature);
