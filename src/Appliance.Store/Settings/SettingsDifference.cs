using System.Text.Json;
using System.Text.RegularExpressions;

namespace Appliance.Store.Settings;

/// <summary>
/// What changed between two documents, fit for a log: paths, and values where they are harmless (numbers, switches, short
/// words). A field named like a secret, or text that could hold one (an address), is only said to have changed.
/// </summary>
internal static partial class SettingsDifference
{
    private const int MaxFields = 40;

    internal static string Describe(string? before, string? after)
    {
        var (old, now) = (Flatten(before), Flatten(after));
        var lines = old.Keys.Union(now.Keys).Order(StringComparer.Ordinal)
            .Where(path => old.GetValueOrDefault(path) != now.GetValueOrDefault(path))
            .Select(path => Line(path, old.GetValueOrDefault(path), now.GetValueOrDefault(path))).ToList();
        var text = string.Join("; ", lines.Take(MaxFields));
        return lines.Count > MaxFields ? $"{text}; and {lines.Count - MaxFields} more" : text;
    }

    private static string Line(string path, string? before, string? after)
    {
        if (SecretName().IsMatch(path) || !IsHarmless(before) || !IsHarmless(after))
            return path + (before is null ? " set" : after is null ? " removed" : " changed");
        return $"{path}: {before ?? "–"} → {after ?? "–"}";
    }

    private static bool IsHarmless(string? value) => value is null || HarmlessValue().IsMatch(value);

    private static Dictionary<string, string> Flatten(string? json)
    {
        var fields = new Dictionary<string, string>(StringComparer.Ordinal);
        if (json is not null)
        {
            using var document = JsonDocument.Parse(json);
            Walk(document.RootElement, "");
        }

        return fields;

        void Walk(JsonElement element, string path)
        {
            if (element.ValueKind == JsonValueKind.Object)
            {
                foreach (var property in element.EnumerateObject())
                    Walk(property.Value, path.Length == 0 ? property.Name : $"{path}.{property.Name}");
            }
            else if (element.ValueKind == JsonValueKind.Array)
            {
                var i = 0;
                foreach (var item in element.EnumerateArray())
                    Walk(item, $"{path}[{i++}]");
            }
            else
            {
                fields[path] = element.ToString();
            }
        }
    }

    [GeneratedRegex("pass|secret|token|key|credential|pin|auth|user", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();

    [GeneratedRegex(@"\A[A-Za-z0-9 .,:_-]{0,40}\z")]
    private static partial Regex HarmlessValue();
}
