using Appliance.Core.Recognition;

namespace Appliance.Store.Watchlist;

/// <summary>What an operator says about a person; limits as in <see cref="PersonRules"/>.</summary>
public sealed record PersonEntry
{
    public required string Name { get; init; }

    public required string Category { get; init; }

    public required string LegalBasis { get; init; }

    public DateTimeOffset? ExpiresAt { get; init; }

    public string Reviewer { get; init; } = "";

    public string Notes { get; init; } = "";

    public static PersonEntry From(Person person) => new()
    {
        Name = person.Name,
        Category = person.Category,
        LegalBasis = person.LegalBasis,
        ExpiresAt = person.ExpiresAt,
        Reviewer = person.Reviewer,
        Notes = person.Notes,
    };
}

/// <summary>A template as the embedder of <paramref name="Model"/> made it: L2-normalised floats.</summary>
public sealed record FaceTemplate(string Model, float[] Values);

/// <summary>A photo that passed the quality gate, with the templates made from it.</summary>
/// <param name="ContentType">e.g. <c>image/jpeg</c>.</param>
/// <param name="Image">The file as uploaded; empty where the setting says photos are not kept.</param>
/// <param name="Templates">At least one, at most one per model.</param>
/// <param name="Quality">The gate's figure, 0..1.</param>
public sealed record NewPhoto(string ContentType, ReadOnlyMemory<byte> Image, IReadOnlyList<FaceTemplate> Templates, float Quality);

/// <summary>An enrolled photo without its pixels.</summary>
/// <param name="Id">A ULID.</param>
/// <param name="ContentType">e.g. <c>image/jpeg</c>.</param>
/// <param name="Bytes">Size of the image; 0 = not kept.</param>
/// <param name="Models">Models there is a template of.</param>
/// <param name="Quality">0..1.</param>
/// <param name="AddedAt">UTC.</param>
public sealed record PhotoInfo(
    string Id, string ContentType, int Bytes, IReadOnlyList<string> Models, float Quality, DateTimeOffset AddedAt);

/// <summary>The pixels of an enrolled photo, as uploaded.</summary>
public sealed record PhotoImage(string ContentType, byte[] Image);

/// <summary>Narrows a listing of persons; null = all.</summary>
public sealed record PersonFilter
{
    /// <summary>Part of the name, any case.</summary>
    public string? Name { get; init; }

    public string? Category { get; init; }

    /// <summary>true: only expired ones; false: only those that match now.</summary>
    public bool? Expired { get; init; }
}

/// <summary>A person changed; <paramref name="Person"/> is null when they were removed.</summary>
public sealed record PersonChanged(PersonId Id, Person? Person);

/// <summary>A point in the history of the watchlist, fit for anchoring: says nothing about who is on it.</summary>
/// <param name="Version">+1 on every change.</param>
/// <param name="Hash">SHA-256 over the salted digests of all persons, hexadecimal.</param>
/// <param name="Persons">How many.</param>
public sealed record WatchlistVersion(long Version, string Hash, int Persons);
