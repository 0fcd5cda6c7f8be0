namespace Appliance.Daemon.Cameras;

/// <summary>Takes credentials out of a camera's source, so that it can be shown.</summary>
internal static class SourceText
{
    /// <summary>
    /// The source without <c>user:password@</c>, and what was taken out. By hand: camera passwords often hold characters that
    /// <see cref="Uri"/> rejects; the last '@' before the path ends them.
    /// </summary>
    public static (string Clean, string? Username, string? Password) Split(string source)
    {
        var host = source.IndexOf("://", StringComparison.Ordinal);
        if (host < 0)
            return (source, null, null);

        host += 3;
        var path = source.IndexOfAny(['/', '?'], host);
        var authority = path < 0 ? source[host..] : source[host..path];
        var at = authority.LastIndexOf('@');
        if (at < 0)
            return (source, null, null);

        var credentials = authority[..at];
        var colon = credentials.IndexOf(':');
        return (
            source[..host] + authority[(at + 1)..] + (path < 0 ? "" : source[path..]),
            Uri.UnescapeDataString(colon < 0 ? credentials : credentials[..colon]),
            colon < 0 ? null : Uri.UnescapeDataString(credentials[(colon + 1)..]));
    }

    /// <summary>What may be shown.</summary>
    public static string Clean(string source) => Split(source).Clean;
}
