namespace Appliance.Store;

/// <summary>Times in the database: milliseconds since 1970, UTC.</summary>
internal static class Time
{
    internal static long ToDb(this DateTimeOffset time) => time.ToUnixTimeMilliseconds();

    internal static DateTimeOffset FromDb(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    /// <summary>As the database would give it back.</summary>
    internal static DateTimeOffset ToStored(this DateTimeOffset time) => FromDb(time.ToDb());
}
