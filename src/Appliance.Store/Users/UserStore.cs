using Appliance.Store.Audit;

namespace Appliance.Store.Users;

/// <summary>
/// Users with PBKDF2-SHA256 passwords (600,000 rounds, own salt). Failed logins slow down per name and per address, across
/// restarts. There is always an admin once there was one.
/// </summary>
public sealed class UserStore
{
    /// <summary>Whether any user exists: before that only <see cref="ClaimCode"/> opens the door.</summary>
    public bool IsClaimed => throw new NotImplementedException();

    public Task<IReadOnlyList<User>> List(CancellationToken cancel = default) => throw new NotImplementedException();

    public Task<User?> Find(string id, CancellationToken cancel = default) => throw new NotImplementedException();

    /// <summary>Refused for a bad or taken name or a weak password, with the reason.</summary>
    public Task<Change<User>> Add(string name, string password, Role role, Actor by, CancellationToken cancel = default) =>
        throw new NotImplementedException();

    /// <summary>Null leaves a value as it is. Refused when no enabled admin would be left.</summary>
    public Task<Change<User>> Update(
        string id, int? ifMatch, Role? role, bool? disabled, Actor by, CancellationToken cancel = default) =>
        throw new NotImplementedException();

    /// <summary>Sets a password and ends the user's sessions.</summary>
    public Task<Change<User>> SetPassword(
        string id, int? ifMatch, string password, Actor by, CancellationToken cancel = default) =>
        throw new NotImplementedException();

    /// <summary>Removes a user and their tokens. Refused when no enabled admin would be left.</summary>
    public Task<Change<User>> Remove(string id, int? ifMatch, Actor by, CancellationToken cancel = default) =>
        throw new NotImplementedException();

    /// <summary>Checks a password. Failures are in the audit log.</summary>
    /// <param name="name">As typed.</param>
    /// <param name="password">As typed.</param>
    /// <param name="address">Where from, e.g. the IP address.</param>
    /// <param name="cancel">Gives up; the try still counts.</param>
    public Task<LoginResult> LogIn(string name, string password, string address, CancellationToken cancel = default) =>
        throw new NotImplementedException();
}
