namespace Appliance.Store.Evidence.Anchors;

/// <summary>A signed state of the watchlist.</summary>
/// <param name="Version">From 1, without gaps.</param>
/// <param name="Persons">How many were on it.</param>
/// <param name="Model">The embedder that was searched with.</param>
/// <param name="Hash">Over the list, hexadecimal.</param>
/// <param name="PrevHash">Of the version before; 64 zeros for the first.</param>
/// <param name="Signer">Address of the key.</param>
/// <param name="Signature">65 bytes.</param>
/// <param name="At">When.</param>
public sealed record WatchlistRecord(
    long Version, int Persons, string Model, string Hash, string PrevHash, string Signer, byte[] Signature, DateTimeOffset At);

/// <summary>The last version, beside the database: one that was lost goes on with the next number.</summary>
internal sealed record WatchlistHeadFile(
    long Version, long Changes, int Persons, string Model, string Hash, string PrevHash, string Signer, string Signature, DateTimeOffset At);
