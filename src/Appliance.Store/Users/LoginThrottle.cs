using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Appliance.Store.Database;

namespace Appliance.Store.Users;

/// <summary>
/// Slows down guessing per name and per address. A try is counted before the password is looked at and taken back when it was
/// right, so that many tries at once gain nothing. Kept in the database: a restart forgives nothing.
/// </summary>
internal sealed class LoginThrottle(StoreDatabase database, TimeProvider clock)
{
    private const int FreePerName = 5;
    private const int FreePerAddress = 10;
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan s_forgotten = TimeSpan.FromHours(1);

    /// <summary>Zero: go ahead, the try is counted. Otherwise how long to wait.</summary>
    internal Task<TimeSpan> Enter(string name, string address, CancellationToken cancel) => database.Write(
        context =>
        {
            var now = clock.GetUtcNow();
            var (user, source) = (Key("name", name), Key("address", Network(address)));
            var wait = TimeSpan.FromTicks(Math.Max(Wait(context.Session, user, now).Ticks, Wait(context.Session, source, now).Ticks));
            if (wait > TimeSpan.Zero)
                return wait;
            Count(context.Session, user, FreePerName, now);
            Count(context.Session, source, FreePerAddress, now);
            return TimeSpan.Zero;
        },
        cancel);

    /// <summary>The password was right. An address gets only its own try back: one good account must not pay for many guesses.</summary>
    internal static void Succeed(Session session, string name, string address)
    {
        session.Execute("DELETE FROM login_failures WHERE who = ?1", Key("name", name));
        session.Execute(
            "UPDATE login_failures SET failures = failures - 1, blocked_until = 0 WHERE who = ?1 AND failures > 0", Key("address", Network(address)));
    }

    internal static void Forget(Session session, DateTimeOffset now) =>
        session.Execute("DELETE FROM login_failures WHERE last_at < ?1", (now - TimeSpan.FromDays(1)).ToDb());

    /// <summary>Doubles from one second once the free tries are used up.</summary>
    internal static TimeSpan Delay(long failures, int free) => failures <= free
        ? TimeSpan.Zero
        : TimeSpan.FromSeconds(Math.Min(s_longest.TotalSeconds, Math.Pow(2, Math.Min(failures - free - 1, 20))));

    /// <summary>An IPv6 host owns a whole /64: counted as one.</summary>
    internal static string Network(string address)
    {
        if (!IPAddress.TryParse(address, out var ip))
            return address;
        if (ip.IsIPv4MappedToIPv6)
            ip = ip.MapToIPv4();
        return ip.AddressFamily == AddressFamily.InterNetworkV6 ? Convert.ToHexStringLower(ip.GetAddressBytes(), 0, 8) : ip.ToString();
    }

    // Hashed: people type passwords into the name field.
    private static byte[] Key(string kind, string value) => SHA256.HashData(Encoding.UTF8.GetBytes($"{kind}\n{value.ToLowerInvariant()}"));

    private static TimeSpan Wait(Session session, byte[] who, DateTimeOffset now)
    {
        var wait = Time.FromDb(session.Number("SELECT blocked_until FROM login_failures WHERE who = ?1", who)) - now;
        // Longer than ever given: the clock was set back since.
        return wait > TimeSpan.Zero && wait <= s_longest ? wait : TimeSpan.Zero;
    }

    private static void Count(Session session, byte[] who, int free, DateTimeOffset now)
    {
        var (failures, last) = session.First(
            "SELECT failures, last_at FROM login_failures WHERE who = ?1", row => (row.GetInt64(0), row.GetInt64(1)), who);
        failures = now - Time.FromDb(last) > s_forgotten ? 1 : failures + 1;
        session.Execute(
            "INSERT OR REPLACE INTO login_failures VALUES (?1, ?2, ?3, ?4)", who, failures, now.ToDb(), (now + Delay(failures, free)).ToDb());
    }
}
