using System.Security.Cryptography;
using System.Text;
using Appliance.Store.Audit;
using Appliance.Store.Database;

namespace Appliance.Store.Users;

/// <summary>
/// How a new box gets its first admin: a one-time code (78 random bits) printed at start. Made afresh at each start until it is
/// used; only its hash is stored.
/// </summary>
public sealed class ClaimCode
{
    // No 0/O, 1/I/L, B: it is read off a screen or a label. 16 of 30 signs are 78 bits.
    private const string Alphabet = "23456789ACDEFGHJKMNPQRSTUVWXYZ";
    private const int Signs = 16;
    private const string ThrottleName = "\nclaim";

    private readonly StoreDatabase _database;
    private readonly AuditLog _audit;
    private readonly UserStore _users;
    private readonly LoginThrottle _throttle;

    internal ClaimCode(StoreDatabase database, AuditLog audit, UserStore users, LoginThrottle throttle) =>
        (_database, _audit, _users, _throttle) = (database, audit, users, throttle);

    /// <summary>The code to print, e.g. <c>7K2M-9QXA-…</c>; null when the box is claimed.</summary>
    public async Task<string?> Renew(CancellationToken cancel = default)
    {
        if (_users.IsClaimed)
            return null;
        var signs = RandomNumberGenerator.GetString(Alphabet, Signs);
        var code = string.Join('-', signs.Chunk(4).Select(part => new string(part)));
        await _database.Write(context => context.Session.Execute("UPDATE appliance SET claim_hash = ?1", Hash(code)), cancel).ConfigureAwait(false);
        return code;
    }

    /// <summary>Makes the first admin. Wrong codes slow down like failed logins.</summary>
    public async Task<Change<User>> Claim(
        string code, string name, string password, string address, CancellationToken cancel = default)
    {
        if (_users.IsClaimed)
            return Change<User>.Refused("the box is claimed already");
        if ((UserRules.CheckName(name) ?? UserRules.CheckPassword(name, password)) is { } fault)
            return Change<User>.Refused(fault);
        var wait = await _throttle.Enter(ThrottleName, address, cancel).ConfigureAwait(false);
        if (wait > TimeSpan.Zero)
            return Change<User>.Refused($"too many wrong codes; try again in {Math.Ceiling(wait.TotalSeconds)} s");

        var hash = await PasswordWork.Run(() => PasswordHash.Make(password), cancel).ConfigureAwait(false);
        return await _database.Write(context => Claim(context, code, name, hash, address), cancel).ConfigureAwait(false);
    }

    private static byte[] Hash(string code) =>
        SHA256.HashData(Encoding.UTF8.GetBytes(new string([.. code.ToUpperInvariant().Where(char.IsAsciiLetterOrDigit)])));

    private Change<User> Claim(WriteContext context, string code, string name, byte[] hash, string address)
    {
        var session = context.Session;
        if (session.Number("SELECT count(*) FROM users") > 0)
            return Change<User>.Refused("the box is claimed already");
        var expected = session.First("SELECT claim_hash FROM appliance", row => row.IsDBNull(0) ? null : row.GetFieldValue<byte[]>(0));
        if (expected is null || !CryptographicOperations.FixedTimeEquals(Hash(code), expected))
        {
            _audit.Append(session, new("unknown", address), "box.claim_failed", "", "");
            return Change<User>.Refused("the claim code is wrong");
        }

        session.Execute("UPDATE appliance SET claim_hash = NULL");
        LoginThrottle.Succeed(session, ThrottleName, address);
        return _users.Insert(context, name, hash, Role.Admin, new(name, address), "box.claim");
    }
}
