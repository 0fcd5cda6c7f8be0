namespace Appliance.Store.Watchlist;

/// <summary>What an import does with a person who is there already (same id).</summary>
public enum ImportPolicy
{
    Skip,
    Replace,

    /// <summary>Imports nothing at all.</summary>
    Fail,
}

/// <summary>What an import did; nothing at all happened where <paramref name="Conflicts"/> made it fail.</summary>
public sealed record ImportResult(int Added, int Replaced, int Skipped, IReadOnlyList<string> Conflicts);

internal sealed record BundleHeader(int Format);

internal sealed record BundleItem(int Kind);
