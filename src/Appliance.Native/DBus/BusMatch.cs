namespace Appliance.Native.DBus;

/// <summary>Which signals are wanted; null = any.</summary>
/// <param name="Sender">Bus name of the sender; checked by the bus.</param>
/// <param name="Interface">Interface.</param>
/// <param name="Member">Signal.</param>
/// <param name="Path">Object.</param>
public sealed record BusMatch(string? Sender, string Interface, string? Member = null, string? Path = null)
{
    /// <summary>As the bus wants it; names hold no quotes.</summary>
    internal string Rule => string.Join(
        ',',
        new[] { ("sender", Sender), ("interface", Interface), ("member", Member), ("path", Path) }
            .Where(part => part.Item2 is not null)
            .Select(part => $"{part.Item1}='{part.Item2}'")
            .Prepend("type='signal'"));

    internal bool Fits(BusSignal signal) => signal.Interface == Interface
        && (Member is null || signal.Member == Member)
        && (Path is null || signal.Path == Path);
}
