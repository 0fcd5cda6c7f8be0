using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using System.Xml.Linq;

namespace Appliance.Daemon.Host.Configuration;

/// <summary>The summaries of the code's own documentation, which lies beside each assembly.</summary>
internal static class XmlSummaries
{
    private static readonly ConcurrentDictionary<Assembly, Dictionary<string, XElement>> s_members = new();

    /// <summary>Empty: it has none.</summary>
    public static string Of(PropertyInfo property)
    {
        var type = property.DeclaringType!;
        var members = s_members.GetOrAdd(type.Assembly, Load);
        return members.TryGetValue($"P:{type.FullName!.Replace('+', '.')}.{property.Name}", out var member) && member.Element("summary") is { } summary
            ? string.Join(' ', Plain(summary).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
            : "";
    }

    private static Dictionary<string, XElement> Load(Assembly assembly)
    {
        var path = Path.ChangeExtension(assembly.Location, ".xml");
        return File.Exists(path)
            ? XDocument.Load(path).Descendants("member").ToDictionary(member => (string)member.Attribute("name")!, StringComparer.Ordinal)
            : [];
    }

    private static string Plain(XElement summary)
    {
        var text = new StringBuilder();
        foreach (var node in summary.Nodes())
        {
            if (node is XText words)
                text.Append(words.Value);
            else if (node is XElement { Name.LocalName: "see" or "seealso" or "paramref" } reference)
                text.Append(((string?)reference.Attribute("cref") ?? (string?)reference.Attribute("name") ?? "").Split('.')[^1]);
            else if (node is XElement element)
                text.Append(Plain(element));
        }

        return text.ToString();
    }
}
