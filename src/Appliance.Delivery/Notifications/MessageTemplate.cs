using System.Globalization;
using System.Text;
using Appliance.Core.Alerts;

namespace Appliance.Delivery.Notifications;

/// <summary>Fills <c>{placeholders}</c> of a text; <c>{{</c> and <c>}}</c> are braces.</summary>
internal sealed class MessageTemplate(string template, NotificationsOptions options, ApplianceIdentity identity)
{
    private static readonly Dictionary<string, Func<Facts, string>> s_values = new(StringComparer.Ordinal)
    {
        ["person"] = facts => facts.Person,
        ["category"] = facts => facts.Say(facts.Alert.Match?.Category ?? ""),
        ["kind"] = facts => facts.Say(facts.Alert.Kind),
        ["severity"] = facts => facts.Say(facts.Alert.Severity.ToString().ToLowerInvariant()),
        ["camera"] = facts => facts.Alert.Camera.Value,
        ["zone"] = facts => facts.Alert.Zone,
        ["rule"] = facts => facts.Alert.Rule,
        ["detail"] = facts => facts.Alert.Detail,
        ["date"] = facts => facts.Local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        ["time"] = facts => facts.Local.ToString("HH:mm:ss", CultureInfo.InvariantCulture),
        ["utc"] = facts => facts.Alert.Utc.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
        ["clock"] = facts => facts.Alert.ClockSynced == false ? facts.Say("clock not synchronised") : "",
        ["similarity"] = facts => facts.Alert.Match?.Similarity.ToString("0.00", CultureInfo.InvariantCulture) ?? "",
        ["id"] = facts => facts.Alert.Id.Value,
        ["seq"] = facts => facts.Alert.Seq.ToString(CultureInfo.InvariantCulture),
        ["box"] = facts => facts.Identity.Name,
        ["serial"] = facts => facts.Identity.Serial,
    };

    private readonly TimeZoneInfo _zone = options.Zone;
    private readonly Dictionary<string, string> _words = Words(options);

    /// <summary>Why a text is no template; null = it is one.</summary>
    public static string? WhyNot(string template)
    {
        var unknown = new List<string>();
        var reason = Walk(template, _ => { }, name =>
        {
            if (!s_values.ContainsKey(name))
                unknown.Add($"{{{name}}}");
        });
        return reason ?? (unknown.Count == 0
            ? null
            : $"no such placeholder: {string.Join(", ", unknown.Distinct())}; there are {string.Join(", ", s_values.Keys.Select(name => $"{{{name}}}"))}");
    }

    /// <summary>The text for an alert, on one paragraph each as the template has; nothing of it is interpreted again.</summary>
    public string Fill(Alert alert)
    {
        var facts = new Facts(alert, identity, TimeZoneInfo.ConvertTime(alert.Utc, _zone), _words, options.IncludeNames);
        var text = new StringBuilder();
        Walk(template, part => text.Append(part), name => text.Append(s_values[name](facts)));
        return text.ToString();
    }

    private static Dictionary<string, string> Words(NotificationsOptions options)
    {
        var words = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var word in options.Words)
            words[word.Word] = word.Text;
        return words;
    }

    private static string? Walk(string template, Action<string> text, Action<string> placeholder)
    {
        for (var at = 0; at < template.Length;)
        {
            var next = template.IndexOfAny(['{', '}'], at);
            if (next < 0)
            {
                text(template[at..]);
                return null;
            }

            if (next > at)
                text(template[at..next]);
            if (next + 1 < template.Length && template[next + 1] == template[next])
            {
                text(template[next..(next + 1)]);
                at = next + 2;
                continue;
            }

            var end = template[next] == '{' ? template.IndexOf('}', next) : -1;
            if (end < 0)
                return $"a single {template[next]} at character {next + 1}; write it twice for a brace";
            placeholder(template[(next + 1)..end]);
            at = end + 1;
        }

        return null;
    }

    private sealed record Facts(
        Alert Alert, ApplianceIdentity Identity, DateTimeOffset Local, Dictionary<string, string> Words, bool IncludeNames)
    {
        public string Person => Alert.Match is not { } match ? "" : IncludeNames && match.Name.Length > 0 ? match.Name : match.Person.Value;

        public string Say(string word) => Words.GetValueOrDefault(word, word);
    }
}
