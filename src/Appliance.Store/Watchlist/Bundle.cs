namespace Appliance.Store.Watchlist;

/// <summary>What an import does with a person who is there already (same id).</summary>
public enum ImportPolicy
{
    Skip,
    Replace,

    /// <summary>Imports nothing at all.</summary>
    Fail,
}

/// <summary>What an import did; nothing at all happened where <paramref name="Conflicts"/> made it fail.</summary>
/// <param name="Added">Persons who were not there.</param>
/// <param name="Replaced">Persons whose entry, photos and templates were exchanged.</param>
/// <param name="Skipped">Persons left as they were.</param>
/// <param name="Conflicts">Ids of those who were there already, where the policy says fail.</param>
public sealed record ImportResult(int Added, int Replaced, int Skipped, IReadOnlyList<string> Conflicts);

/// <summary>In the clear at the start of a bundle, authenticated with every chunk.</summary>
internal sealed record BundleHeader(
    int Format, string Kdf, int Rounds, byte[] Salt, byte[] NoncePrefix, int ChunkBytes, DateTimeOffset CreatedAt);

/// <summary>One item of a bundle: a person, then their photos; last of all the count, so that a short bundle shows.</summary>
internal sealed record BundleItem
{
    public BundlePerson? Person { get; init; }

    public BundlePhoto? Photo { get; init; }

    public int? Persons { get; init; }
}

internal sealed record BundlePerson(
    string Id,
    string Name,
    string Category,
    string LegalBasis,
    string Reviewer,
    string Notes,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    int Version);

/// <param name="Id">A ULID.</param>
/// <param name="ContentType">Of the image.</param>
/// <param name="Quality">0..1.</param>
/// <param name="AddedAt">UTC.</param>
/// <param name="Image">As uploaded; empty = not kept.</param>
/// <param name="Templates">At least one.</param>
internal sealed record BundlePhoto(
    string Id, string ContentType, float Quality, DateTimeOffset AddedAt, byte[] Image, IReadOnlyList<BundleTemplate> Templates);

/// <param name="Model">As in the catalogue.</param>
/// <param name="Values">32-bit floats, little-endian.</param>
internal sealed record BundleTemplate(string Model, byte[] Values);
