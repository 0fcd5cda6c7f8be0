namespace Appliance.Store.Evidence.Notes;

/// <summary>A note to be written.</summary>
/// <param name="Kind">Whose line it is, e.g. <c>fl</c>.</param>
/// <param name="Subject">What it is about.</param>
/// <param name="Sha256">Hash of the thing, hexadecimal.</param>
/// <param name="Detail">A short sentence without personal data.</param>
public sealed record NewNote(string Kind, string Subject, string Sha256, string Detail)
{
    /// <summary>Which training sent the update; null = the note is not about one.</summary>
    public string? Job { get; init; }

    /// <summary>Its round.</summary>
    public long Round { get; init; }
}

/// <summary>A signed note in the log.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Id">ULID.</param>
/// <param name="At">When.</param>
/// <param name="Json">The canonical bytes.</param>
/// <param name="Digest">Their SHA-256.</param>
/// <param name="Signer">Address of the key.</param>
/// <param name="Signature">65 bytes over the digest (EIP-191).</param>
/// <param name="Batch">Batch of the log.</param>
/// <param name="Leaf">Index in it, from 0.</param>
public sealed record NoteRecord(
    long Number, string Id, DateTimeOffset At, byte[] Json, byte[] Digest, string Signer, byte[] Signature, long Batch, int Leaf);
