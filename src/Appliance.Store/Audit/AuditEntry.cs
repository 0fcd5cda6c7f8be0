namespace Appliance.Store.Audit;

/// <summary>One line of the audit log.</summary>
/// <param name="Seq">Position, from 1, without gaps.</param>
/// <param name="At">When, UTC.</param>
/// <param name="Actor">Who.</param>
/// <param name="Address">Where from.</param>
/// <param name="Action">What, dotted: <c>person.add</c>, <c>user.login_failed</c>, <c>settings.put</c>.</param>
/// <param name="Target">On what: an id, never the name of a listed person.</param>
/// <param name="Summary">What changed, without secrets and personal data.</param>
/// <param name="Hash">SHA-256 over the previous hash and all of the above, hexadecimal.</param>
public sealed record AuditEntry(
    long Seq, DateTimeOffset At, string Actor, string Address, string Action, string Target, string Summary, string Hash);

/// <summary>Narrows a listing of the audit log; null = all.</summary>
public sealed record AuditFilter
{
    public string? Actor { get; init; }

    /// <summary>Exact, or a prefix that ends with a dot: <c>person.</c>.</summary>
    public string? Action { get; init; }

    public string? Target { get; init; }

    public DateTimeOffset? From { get; init; }

    /// <summary>Exclusive.</summary>
    public DateTimeOffset? To { get; init; }
}

/// <summary>The answer of <see cref="AuditLog.Verify"/>.</summary>
/// <param name="Entries">Rows that were checked.</param>
/// <param name="BrokenAt">The first row that does not fit its hash or its predecessor; null = the chain holds.</param>
/// <param name="Head">Hash of the last good row, hexadecimal: what an anchor would keep.</param>
public sealed record AuditVerdict(long Entries, long? BrokenAt, string Head)
{
    public bool Holds => BrokenAt is null;
}
