namespace Appliance.Capture.Cameras;

/// <summary>What kind of thing a camera's source is.</summary>
internal enum SourceKind
{
    Rtsp,
    Http,
    File,
    Device,
    TestPattern,
}

/// <summary>
/// A camera's source taken apart: the kind, the location without credentials, and the credentials. Only
/// <see cref="Location"/> may be shown.
/// </summary>
internal sealed record SourceAddress(SourceKind Kind, string Location, string? Username, string? Password)
{
    /// <exception cref="CaptureException">Not a source.</exception>
    public static SourceAddress Parse(string source, string? username = null, string? password = null)
    {
        if (string.IsNullOrWhiteSpace(source))
            throw new CaptureException("the source is empty: give rtsp://…, http://…, a file or /dev/videoN");

        if (source.StartsWith("test://", StringComparison.OrdinalIgnoreCase))
            return new(SourceKind.TestPattern, "test://", null, null);
        if (source.StartsWith("/dev/video", StringComparison.Ordinal))
            return new(SourceKind.Device, source, null, null);
        if (source.StartsWith("file://", StringComparison.OrdinalIgnoreCase))
            return new(SourceKind.File, FilePath(source), null, null);

        var scheme = source.IndexOf("://", StringComparison.Ordinal);
        if (scheme < 0)
            return new(SourceKind.File, Path.GetFullPath(source), null, null);

        var kind = source[..scheme].ToLowerInvariant() switch
        {
            "rtsp" or "rtsps" or "rtspt" or "rtspu" => SourceKind.Rtsp,
            "http" or "https" => SourceKind.Http,
            var other => throw new CaptureException($"a source cannot begin with {other}://: use rtsp, rtsps, http, https or file"),
        };
        return Split(kind, source, scheme + 3, username, password);
    }

    /// <summary>The location; never the credentials.</summary>
    public override string ToString() => Location;

    // By hand, because camera passwords often hold characters that System.Uri rejects: the last '@' before the path ends them.
    private static SourceAddress Split(SourceKind kind, string source, int hostAt, string? username, string? password)
    {
        var pathAt = source.IndexOfAny(['/', '?'], hostAt);
        var authority = pathAt < 0 ? source[hostAt..] : source[hostAt..pathAt];
        var at = authority.LastIndexOf('@');
        if (at < 0)
            return new(kind, source, username, password);

        var credentials = authority[..at];
        var colon = credentials.IndexOf(':');
        var user = Uri.UnescapeDataString(colon < 0 ? credentials : credentials[..colon]);
        var secret = colon < 0 ? null : Uri.UnescapeDataString(credentials[(colon + 1)..]);
        var location = source[..hostAt] + authority[(at + 1)..] + (pathAt < 0 ? "" : source[pathAt..]);
        return new(kind, location, username ?? user, password ?? secret);
    }

    private static string FilePath(string source) =>
        Uri.TryCreate(source, UriKind.Absolute, out var uri) && uri.IsFile
            ? uri.LocalPath
            : throw new CaptureException($"not a file address: {source}");
}
