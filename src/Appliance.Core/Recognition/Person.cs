namespace Appliance.Core.Recognition;

/// <summary>Identity of a watchlist entry; a ULID, meaningless outside this box's watchlist.</summary>
public readonly record struct PersonId(string Value)
{
    public override string ToString() => Value;
}

/// <summary>A person of the watchlist. Photos and templates are kept apart, encrypted.</summary>
public sealed record Person
{
    public required PersonId Id { get; init; }

    /// <summary>Name shown to operators, 1–200 characters.</summary>
    public required string Name { get; init; }

    /// <summary>Why the person is listed: a category of the site's policy, e.g. <c>banned</c>, <c>missing</c>, <c>staff</c>.</summary>
    public required string Category { get; init; }

    /// <summary>The legal ground for processing, in the operator's words (e.g. "court order 12/2026").</summary>
    public required string LegalBasis { get; init; }

    /// <summary>From then on the person no longer matches and is due for removal; null = until removed.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>Who checked the entry; empty until someone did.</summary>
    public string Reviewer { get; init; } = "";

    public string Notes { get; init; } = "";

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>+1 on every change; the ETag.</summary>
    public int Version { get; init; } = 1;
}
