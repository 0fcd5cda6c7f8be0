namespace Appliance.Store.Users;

/// <summary>
/// How a new box gets its first admin: a one-time code (80 random bits) printed at start. Made afresh at each start until it is
/// used; only its hash is stored.
/// </summary>
public sealed class ClaimCode
{
    /// <summary>The code to print, e.g. <c>7K2M-9QXA-…</c>; null when the box is claimed.</summary>
    public Task<string?> Renew(CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>Makes the first admin. Wrong codes slow down like failed logins.</summary>
    public Task<Change<User>> Claim(
        string code, string name, string password, string address, CancellationToken cancel = default) =>
        throw new NotImplementedException();
}
