namespace Appliance.Benchmarks;

/// <summary>The arguments of a report: <c>--name value</c>.</summary>
internal static class Arguments
{
    /// <summary>The word after <paramref name="name"/>; null when it was not given.</summary>
    public static string? After(string[] args, string name)
    {
        var at = Array.IndexOf(args, name);
        return at >= 0 && at + 1 < args.Length ? args[at + 1] : null;
    }
}
