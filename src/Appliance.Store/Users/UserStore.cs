using Appliance.Core;
using Appliance.Store.Audit;
using Appliance.Store.Database;
using Microsoft.Data.Sqlite;

namespace Appliance.Store.Users;

/// <summary>
/// Users with PBKDF2-SHA256 passwords (600,000 rounds, own salt). Failed logins slow down per name and per address, across
/// restarts. There is always an admin once there was one.
/// </summary>
public sealed partial class UserStore
{
    private const string Columns = "id, name, role, disabled, version, created_at, last_login_at";

    private readonly StoreDatabase _database;
    private readonly AuditLog _audit;
    private readonly LoginThrottle _throttle;
    private readonly TimeProvider _clock;
    private volatile bool _isClaimed;

    internal UserStore(StoreDatabase database, AuditLog audit, LoginThrottle throttle, bool isClaimed, TimeProvider clock) =>
        (_database, _audit, _throttle, _isClaimed, _clock) = (database, audit, throttle, isClaimed, clock);

    /// <summary>Whether any user exists: before that only <see cref="ClaimCode"/> opens the door.</summary>
    public bool IsClaimed => _isClaimed;

    /// <summary>By name.</summary>
    public Task<IReadOnlyList<User>> List(CancellationToken cancel = default) => _database.Read<IReadOnlyList<User>>(
        session => session.All($"SELECT {Columns} FROM users ORDER BY name", Read), cancel);

    public Task<User?> Find(string id, CancellationToken cancel = default) => _database.Read(session => Find(session, id), cancel);

    /// <summary>Refused for a bad or taken name or a weak password, with the reason.</summary>
    public async Task<Change<User>> Add(string name, string password, Role role, Actor by, CancellationToken cancel = default)
    {
        if ((UserRules.CheckName(name) ?? UserRules.CheckPassword(name, password)) is { } fault)
            return Change<User>.Refused(fault);
        var hash = await PasswordWork.Run(() => PasswordHash.Make(password), cancel).ConfigureAwait(false);
        return await _database.Write(context => Insert(context, name, hash, role, by, "user.add"), cancel).ConfigureAwait(false);
    }

    /// <summary>Null leaves a value as it is. Refused when no enabled admin would be left.</summary>
    public Task<Change<User>> Update(
        string id, int? ifMatch, Role? role, bool? disabled, Actor by, CancellationToken cancel = default) =>
        Alter(id, ifMatch, cancel, (session, before) =>
        {
            var after = before with { Role = role ?? before.Role, Disabled = disabled ?? before.Disabled, Version = before.Version + 1 };
            if (IsLastAdmin(session, before) && (after.Disabled || after.Role != Role.Admin))
                return Change<User>.Refused("no enabled admin would be left", before);
            session.Execute("UPDATE users SET role = ?2, disabled = ?3, version = version + 1 WHERE id = ?1", id, (int)after.Role, after.Disabled ? 1 : 0);
            _audit.Append(
                session, by, "user.update", before.Name,
                $"role {before.Role} → {after.Role}, {(before.Disabled ? "disabled" : "enabled")} → {(after.Disabled ? "disabled" : "enabled")}");
            return Change<User>.Done(after);
        });

    /// <summary>Sets a password and ends the user's sessions.</summary>
    public async Task<Change<User>> SetPassword(
        string id, int? ifMatch, string password, Actor by, CancellationToken cancel = default)
    {
        if (await Find(id, cancel).ConfigureAwait(false) is not { } user)
            return Change<User>.NotFound();
        if (UserRules.CheckPassword(user.Name, password) is { } fault)
            return Change<User>.Refused(fault, user);
        var hash = await PasswordWork.Run(() => PasswordHash.Make(password), cancel).ConfigureAwait(false);
        return await Alter(id, ifMatch, cancel, (session, before) =>
        {
            session.Execute("UPDATE users SET password = ?2, version = version + 1 WHERE id = ?1", id, hash);
            session.Execute("DELETE FROM tokens WHERE owner = ?1 AND is_session = 1", id);
            _audit.Append(session, by, "user.password", before.Name, "password set, sessions ended");
            return Change<User>.Done(before with { Version = before.Version + 1 });
        }).ConfigureAwait(false);
    }

    /// <summary>Removes a user and their tokens. Refused when no enabled admin would be left.</summary>
    public Task<Change<User>> Remove(string id, int? ifMatch, Actor by, CancellationToken cancel = default) =>
        Alter(id, ifMatch, cancel, (session, before) =>
        {
            if (IsLastAdmin(session, before))
                return Change<User>.Refused("no enabled admin would be left", before);
            session.Execute("DELETE FROM users WHERE id = ?1", id);
            _audit.Append(session, by, "user.remove", before.Name, $"role {before.Role}");
            return Change<User>.Done(before);
        });

    /// <summary>In the writer's transaction, with a hash made before it: hashing would hold up every alert.</summary>
    internal Change<User> Insert(WriteContext context, string name, byte[] hash, Role role, Actor by, string action)
    {
        if (context.Session.Number("SELECT count(*) FROM users WHERE name = ?1", name) > 0)
            return Change<User>.Refused($"there is a user {name} already");
        var now = _clock.GetUtcNow().ToStored();
        var user = new User(Ulid.New(now), name, role, false, 1, now, null);
        context.Session.Execute(
            "INSERT INTO users (id, name, role, disabled, version, created_at, password) VALUES (?1, ?2, ?3, 0, 1, ?4, ?5)",
            user.Id, name, (int)role, now.ToDb(), hash);
        _audit.Append(context.Session, by, action, name, $"role {role}");
        context.AfterCommit(() => _isClaimed = true);
        return Change<User>.Done(user);
    }

    private static User? Find(Session session, string id) => session.First($"SELECT {Columns} FROM users WHERE id = ?1", Read, id);

    private static bool IsLastAdmin(Session session, User user) =>
        user is { Role: Role.Admin, Disabled: false }
        && session.Number("SELECT count(*) FROM users WHERE role = ?1 AND disabled = 0 AND id <> ?2", (int)Role.Admin, user.Id) == 0;

    private static User Read(SqliteDataReader row) => new(
        row.GetString(0), row.GetString(1), (Role)row.GetInt32(2), row.GetInt64(3) != 0, row.GetInt32(4), Time.FromDb(row.GetInt64(5)),
        row.IsDBNull(6) ? null : Time.FromDb(row.GetInt64(6)));

    private Task<Change<User>> Alter(string id, int? ifMatch, CancellationToken cancel, Func<Session, User, Change<User>> work) =>
        _database.Write(
            context =>
            {
                if (Find(context.Session, id) is not { } before)
                    return Change<User>.NotFound();
                return ifMatch is not null && ifMatch != before.Version ? Change<User>.Conflict(before) : work(context.Session, before);
            },
            cancel);
}
