using System.Text.Json;

namespace Appliance.Daemon.Endpoints.Support;

/// <summary>Words of a query that stand for an enum's values: as in JSON, by name and never by number.</summary>
internal static class Words
{
    /// <summary>False: it is none of them. Null is none asked for.</summary>
    public static bool TryParse<T>(string? word, out T? value)
        where T : struct, Enum
    {
        value = null;
        if (word is null)
            return true;

        foreach (var known in Enum.GetValues<T>())
        {
            if (Name(known).Equals(word, StringComparison.Ordinal))
            {
                value = known;
                return true;
            }
        }

        return false;
    }

    /// <summary>All of them, for the one who typed another.</summary>
    public static string Allowed<T>()
        where T : struct, Enum =>
        $"must be one of {string.Join(", ", Enum.GetValues<T>().Select(Name))}";

    private static string Name<T>(T value)
        where T : struct, Enum =>
        JsonNamingPolicy.CamelCase.ConvertName(value.ToString());
}
