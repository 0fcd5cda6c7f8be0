using System.Buffers.Text;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Appliance.Core;
using Appliance.Store.Audit;
using Appliance.Store.Database;
using Microsoft.Data.Sqlite;

namespace Appliance.Store.Users;

/// <summary>Bearer tokens: 256 random bits, stored as their SHA-256 only.</summary>
public sealed class TokenStore
{
    private const string Prefix = "wp_";
    private const string Columns =
        "tokens.id, tokens.name, tokens.owner, tokens.role, tokens.created_at, tokens.expires_at, tokens.last_used_at, tokens.is_session";

    private const string ByHash =
        $"SELECT {Columns}, users.name, users.role, users.disabled FROM tokens LEFT JOIN users ON users.id = owner WHERE hash = ?1";

    private static readonly TimeSpan s_usedResolution = TimeSpan.FromMinutes(1);

    private readonly StoreDatabase _database;
    private readonly AuditLog _audit;
    private readonly TimeProvider _clock;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _used = new();

    internal TokenStore(StoreDatabase database, AuditLog audit, TimeProvider clock) =>
        (_database, _audit, _clock) = (database, audit, clock);

    /// <summary>Oldest first, expired ones included until maintenance removes them.</summary>
    public Task<IReadOnlyList<ApiToken>> List(CancellationToken cancel = default) => _database.Read<IReadOnlyList<ApiToken>>(
        session => session.All($"SELECT {Columns} FROM tokens ORDER BY id", Read), cancel);

    /// <param name="name">What it is for.</param>
    /// <param name="role">At most this.</param>
    /// <param name="owner">User it acts for; null = a machine.</param>
    /// <param name="lifetime">Null = until revoked.</param>
    /// <param name="isSession">Made by a login.</param>
    /// <param name="by">Who issues it.</param>
    /// <param name="cancel">Gives up waiting.</param>
    public Task<Change<IssuedToken>> Issue(
        string name, Role role, string? owner, TimeSpan? lifetime, bool isSession, Actor by, CancellationToken cancel = default)
    {
        name = name.Trim();
        if (name.Length is 0 or > 64 || name.Any(char.IsControl))
            return Task.FromResult(Change<IssuedToken>.Refused("a token's name has 1 to 64 characters"));
        if (lifetime <= TimeSpan.Zero)
            return Task.FromResult(Change<IssuedToken>.Refused("a token's lifetime must be positive"));

        var now = _clock.GetUtcNow().ToStored();
        var secret = Prefix + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var token = new ApiToken(Ulid.New(now), name, owner, role, now, (now + lifetime)?.ToStored(), null, isSession);
        return _database.Write(context => Insert(context.Session, new(token, secret), by), cancel);
    }

    /// <summary>Who the secret speaks for; null = unknown, expired, revoked, or its owner is disabled.</summary>
    public async Task<TokenIdentity?> Authenticate(string secret, CancellationToken cancel = default)
    {
        if (secret.Length > 100 || !secret.StartsWith(Prefix, StringComparison.Ordinal))
            return null;
        var now = _clock.GetUtcNow();
        // Looked up by hash: how long it takes tells nothing about the secret.
        var found = await _database.Read(session => session.First(ByHash, row => Identify(row, now), Hash(secret)), cancel).ConfigureAwait(false);
        if (found is not null)
            NoteUse(found.TokenId, now);
        return found;
    }

    public Task<Change<ApiToken>> Revoke(string id, Actor by, CancellationToken cancel = default) => _database.Write(
        context =>
        {
            if (context.Session.First($"SELECT {Columns} FROM tokens WHERE id = ?1", Read, id) is not { } token)
                return Change<ApiToken>.NotFound();
            context.Session.Execute("DELETE FROM tokens WHERE id = ?1", id);
            _audit.Append(context.Session, by, token.IsSession ? "session.end" : "token.revoke", id, token.IsSession ? "" : token.Name);
            return Change<ApiToken>.Done(token);
        },
        cancel);

    internal static void RemoveExpired(Session session, DateTimeOffset now) =>
        session.Execute("DELETE FROM tokens WHERE expires_at < ?1", now.ToDb());

    private static byte[] Hash(string secret) => SHA256.HashData(Encoding.UTF8.GetBytes(secret));

    private Change<IssuedToken> Insert(Session session, IssuedToken issued, Actor by)
    {
        var token = issued.Token;
        if (token.Owner is not null && session.Number("SELECT count(*) FROM users WHERE id = ?1", token.Owner) == 0)
            return Change<IssuedToken>.Refused("there is no such user");
        session.Execute(
            "INSERT INTO tokens (id, hash, name, owner, role, created_at, expires_at, is_session) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)",
            token.Id, Hash(issued.Secret), token.Name, token.Owner, (int)token.Role, token.CreatedAt.ToDb(), token.ExpiresAt?.ToDb(),
            token.IsSession ? 1 : 0);
        if (!token.IsSession)
            _audit.Append(session, by, "token.issue", token.Id, $"{token.Name}, role {token.Role}");
        return Change<IssuedToken>.Done(issued);
    }

    private static ApiToken Read(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), row.IsDBNull(2) ? null : row.GetString(2), (Role)row.GetInt32(3), Time.FromDb(row.GetInt64(4)),
        row.IsDBNull(5) ? null : Time.FromDb(row.GetInt64(5)), row.IsDBNull(6) ? null : Time.FromDb(row.GetInt64(6)), row.GetInt64(7) != 0);

    private static TokenIdentity? Identify(SqliteDataReader row, DateTimeOffset now)
    {
        var token = Read(row);
        if (token.ExpiresAt <= now)
            return null;
        if (token.Owner is null)
            return new(token.Id, "token:" + token.Name, null, token.Role);
        var role = (Role)Math.Min((int)token.Role, row.GetInt32(9));
        return row.GetInt64(10) != 0 ? null : new(token.Id, row.GetString(8), token.Owner, role);
    }

    // Once a minute is enough for people, and a write per request would wear the flash. A full disk must lock nobody out.
    private void NoteUse(string id, DateTimeOffset now)
    {
        if (_used.TryGetValue(id, out var last) && now - last < s_usedResolution)
            return;
        _used[id] = now;
        _ = _database.Write(context => context.Session.Execute("UPDATE tokens SET last_used_at = ?2 WHERE id = ?1", id, now.ToDb()), CancellationToken.None)
            .ContinueWith(static write => write.Exception, TaskContinuationOptions.OnlyOnFaulted | TaskContinuationOptions.ExecuteSynchronously);
    }
}
