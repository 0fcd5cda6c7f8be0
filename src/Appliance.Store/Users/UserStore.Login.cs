using Appliance.Store.Audit;
using Appliance.Store.Database;

namespace Appliance.Store.Users;

public sealed partial class UserStore
{
    /// <summary>Checks a password. Failures are in the audit log.</summary>
    /// <param name="name">As typed.</param>
    /// <param name="password">As typed.</param>
    /// <param name="address">Where from, e.g. the IP address.</param>
    /// <param name="cancel">Gives up; the try still counts.</param>
    public async Task<LoginResult> LogIn(string name, string password, string address, CancellationToken cancel = default)
    {
        name = name.Trim().ToLowerInvariant();
        var wait = await _throttle.Enter(name, address, cancel).ConfigureAwait(false);
        if (wait > TimeSpan.Zero)
            return new(LoginStatus.SlowDown, null, wait);

        var known = await _database.Read(
            session => session.First("SELECT id, password FROM users WHERE name = ?1 AND disabled = 0", row => new Candidate(row.GetString(0), row.GetFieldValue<byte[]>(1)), name),
            cancel).ConfigureAwait(false);
        var fits = password.Length <= UserRules.MaxPassword
            && await PasswordWork.Run(() => PasswordHash.Matches(password, known?.Hash ?? PasswordHash.Decoy), cancel).ConfigureAwait(false);
        return await _database.Write(context => Finish(context.Session, fits ? known : null, name, address), cancel).ConfigureAwait(false);
    }

    // A name that is no user may be a mistyped password: it stays out of the log.
    private LoginResult Finish(Session session, Candidate? known, string name, string address)
    {
        if (known is null || Find(session, known.Id) is not { Disabled: false } user)
        {
            var exists = session.Number("SELECT count(*) FROM users WHERE name = ?1", name) > 0;
            _audit.Append(session, new(exists ? name : "unknown", address), "user.login_failed", exists ? name : "", "");
            return new(LoginStatus.Denied, null, TimeSpan.Zero);
        }

        LoginThrottle.Succeed(session, name, address);
        var now = _clock.GetUtcNow().ToStored();
        session.Execute("UPDATE users SET last_login_at = ?2 WHERE id = ?1", user.Id, now.ToDb());
        _audit.Append(session, new(user.Name, address), "user.login", user.Name, "");
        return new(LoginStatus.Done, user with { LastLoginAt = now }, TimeSpan.Zero);
    }

    private sealed record Candidate(string Id, byte[] Hash);
}
