namespace Appliance.Store.Users;

/// <summary>What someone may do; each role includes those before.</summary>
public enum Role
{
    Viewer,
    Operator,
    Technician,
    Admin,
}

/// <summary>Someone who logs in with a password.</summary>
/// <param name="Id">A ULID.</param>
/// <param name="Name">1–64 of <c>[a-z0-9._-]</c>.</param>
/// <param name="Role">What they may do.</param>
/// <param name="Disabled">Cannot log in; their tokens do not work either.</param>
/// <param name="Version">+1 on every change; the ETag.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="LastLoginAt">UTC; null = never.</param>
public sealed record User(
    string Id, string Name, Role Role, bool Disabled, int Version, DateTimeOffset CreatedAt, DateTimeOffset? LastLoginAt);

/// <summary>How a login ended.</summary>
public enum LoginStatus
{
    Done,

    /// <summary>Unknown name, wrong password or disabled: deliberately not told apart.</summary>
    Denied,

    /// <summary>Too many failures for this name or address; see <see cref="LoginResult.RetryAfter"/>.</summary>
    SlowDown,
}

public sealed record LoginResult(LoginStatus Status, User? User, TimeSpan RetryAfter);

/// <summary>An API token without its secret.</summary>
/// <param name="Id">A ULID.</param>
/// <param name="Name">What it is for, 1–64 characters.</param>
/// <param name="Owner">User it acts for; null = none (a machine).</param>
/// <param name="Role">What it may do, never more than its owner may.</param>
/// <param name="CreatedAt">UTC.</param>
/// <param name="ExpiresAt">UTC; null = until revoked.</param>
/// <param name="LastUsedAt">UTC, to the minute; null = never.</param>
/// <param name="IsSession">Made by a login, not by hand.</param>
public sealed record ApiToken(
    string Id,
    string Name,
    string? Owner,
    Role Role,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ExpiresAt,
    DateTimeOffset? LastUsedAt,
    bool IsSession);

/// <summary>A new token; <paramref name="Secret"/> is shown once and not stored.</summary>
public sealed record IssuedToken(ApiToken Token, string Secret);

/// <summary>Who a valid token speaks for.</summary>
/// <param name="TokenId">The token.</param>
/// <param name="Name">User name, or <c>token:NAME</c> for a machine.</param>
/// <param name="UserId">The owner; null = a machine.</param>
/// <param name="Role">The lesser of the token's and its owner's role.</param>
public sealed record TokenIdentity(string TokenId, string Name, string? UserId, Role Role);
