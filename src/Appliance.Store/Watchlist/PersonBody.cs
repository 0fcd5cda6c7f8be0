namespace Appliance.Store.Watchlist;

/// <summary>The sealed part of a person. The salt keeps the digest from being guessed back to a name.</summary>
internal sealed record PersonBody(
    byte[] Salt, string Name, string Category, string LegalBasis, string Reviewer, string Notes)
{
    internal PersonBody(byte[] salt, PersonEntry entry)
        : this(salt, entry.Name.Trim(), entry.Category.Trim(), entry.LegalBasis.Trim(), entry.Reviewer.Trim(), entry.Notes)
    {
    }
}

/// <summary>The sealed part of a photo that is not pixels.</summary>
internal sealed record PhotoBody(string ContentType, float Quality);
