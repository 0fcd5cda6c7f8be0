using System.Globalization;

namespace Appliance.Store;

/// <summary>Keyset pagination: a page is asked for with one row more than it holds, which tells whether another follows.</summary>
internal static class Cursor
{
    /// <summary>Null = from the start, also for text that is no cursor of ours.</summary>
    internal static long? ToNumber(string? cursor) =>
        long.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    internal static Page<T> Page<T>(List<T> rows, int limit, Func<T, string> key)
    {
        if (rows.Count <= limit)
            return new(rows, null);
        rows.RemoveRange(limit, rows.Count - limit);
        return new(rows, key(rows[^1]));
    }
}
