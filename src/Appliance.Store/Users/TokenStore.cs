using Appliance.Store.Audit;

namespace Appliance.Store.Users;

/// <summary>Bearer tokens: 256 random bits, stored as their SHA-256 only.</summary>
public sealed class TokenStore
{
    public Task<IReadOnlyList<ApiToken>> List(CancellationToken cancel = default) => throw new NotImplementedException();

    /// <param name="name">What it is for.</param>
    /// <param name="role">At most this.</param>
    /// <param name="owner">User it acts for; null = a machine.</param>
    /// <param name="lifetime">Null = until revoked.</param>
    /// <param name="isSession">Made by a login.</param>
    /// <param name="by">Who issues it.</param>
    /// <param name="cancel">Gives up waiting.</param>
    public Task<Change<IssuedToken>> Issue(
        string name, Role role, string? owner, TimeSpan? lifetime, bool isSession, Actor by, CancellationToken cancel = default) =>
        throw new NotImplementedException();

    /// <summary>Who the secret speaks for; null = unknown, expired, revoked, or its owner is disabled.</summary>
    public Task<TokenIdentity?> Authenticate(string secret, CancellationToken cancel = default) => throw new NotImplementedException();

    public Task<Change<ApiToken>> Revoke(string id, Actor by, CancellationToken cancel = default) =>
        throw new NotImplementedException();
}
