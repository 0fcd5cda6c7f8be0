using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Appliance.Daemon.Host.Configuration;

/// <summary>
/// A complete <c>appliance.json</c>: every option with its summary as a comment and its default as the value. Written from the code, so
/// that it cannot lie; <c>docs/appliance.json</c> is its output.
/// </summary>
internal static class ConfigReference
{
    private const int Width = 118;

    private static readonly JsonSerializerOptions s_text = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    // Lists are shown with one entry, which needs names to be valid.
    private static readonly Dictionary<string, string> s_examples = new()
    {
        ["CameraOptions.Id"] = "\"gate\"",
        ["CameraOptions.Name"] = "\"Main gate\"",
        ["CameraOptions.Source"] = "\"rtsp://192.0.2.10/stream1\"",
        ["CategoryRule.Category"] = "\"banned\"",
        ["CategoryRule.Outputs"] = "[\"siren\"]",
        ["EvidenceRetention.Category"] = "\"banned\"",
        ["OutputOptions.Id"] = "\"siren\"",
        ["SceneOptions.Camera"] = "\"gate\"",
        ["ZoneOptions.Id"] = "\"yard\"",
        ["ZoneOptions.Polygon"] = "[[0.1, 0.4], [0.9, 0.4], [0.9, 1], [0.1, 1]]",
        ["LineOptions.Id"] = "\"doorstep\"",
        ["LineOptions.From"] = "[0.2, 0.8]",
        ["LineOptions.To"] = "[0.8, 0.8]",
        ["ScheduleOptions.Id"] = "\"night\"",
        ["RuleOptions.Id"] = "\"yard-at-night\"",
        ["InputOptions.Id"] = "\"door\"",
        ["OutputGroup.Id"] = "\"alarm\"",
        ["OutputGroup.Outputs"] = "[\"siren\"]",
        ["WordOptions.Word"] = "\"critical\"",
        ["WordOptions.Text"] = "\"urgent\"",
        ["WebhookOptions.Name"] = "\"desk\"",
        ["WebhookOptions.Url"] = "\"https://desk.example/hooks/watchpost\"",
        ["WebhookOptions.SecretFile"] = "\"/etc/watchpost/desk.secret\"",
        ["EmailOptions.Name"] = "\"mail\"",
        ["EmailOptions.Host"] = "\"smtp.example\"",
        ["EmailOptions.Sender"] = "\"box@example.org\"",
        ["EmailOptions.Receivers"] = "[\"guard@example.org\"]",
        ["SmsOptions.Name"] = "\"guard\"",
        ["SmsOptions.Numbers"] = "[\"+41790000000\"]",
    };

    public static string Write()
    {
        var text = new StringBuilder();
        text.Append("// All options of Watchpost with their defaults; made by 'watchpost config reference'.\n");
        text.Append("// Keep what you change and leave out the rest. Comments and trailing commas are allowed, unknown keys are faults.\n");
        WriteSection(text, new ApplianceOptions(), "");
        text.Append('\n');
        return text.ToString();
    }

    private static void WriteSection(StringBuilder text, object section, string indent)
    {
        var type = section.GetType();
        var inner = indent + "  ";
        text.Append('{');
        var first = true;
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.SetMethod is { IsPublic: true }))
        {
            text.Append(first ? "\n" : ",\n\n");
            first = false;
            foreach (var line in Wrap(XmlSummaries.Of(property), Width - inner.Length - 3))
                text.Append(inner).Append("// ").Append(line).Append('\n');
            text.Append(inner).Append('"').Append(property.Name).Append("\": ");
            WriteValue(text, property, property.GetValue(section), inner);
        }

        text.Append('\n').Append(indent).Append('}');
    }

    private static void WriteValue(StringBuilder text, PropertyInfo property, object? value, string indent)
    {
        if (s_examples.TryGetValue($"{property.ReflectedType!.Name}.{property.Name}", out var example))
            text.Append(example);
        else if (OptionsBinder.ElementType(property.PropertyType) is { } element)
            WriteList(text, element, (IEnumerable)value!, indent);
        else if (OptionsBinder.IsSection(property.PropertyType))
            WriteSection(text, value!, indent);
        else
            text.Append(Scalar(value));
    }

    private static void WriteList(StringBuilder text, Type element, IEnumerable items, string indent)
    {
        if (!OptionsBinder.IsSection(element))
        {
            text.Append('[').AppendJoin(", ", items.Cast<object>().Select(Scalar)).Append(']');
            return;
        }

        text.Append("[\n").Append(indent).Append("  ");
        WriteSection(text, Activator.CreateInstance(element)!, indent + "  ");
        text.Append('\n').Append(indent).Append(']');
    }

    private static string Scalar(object? value) => value switch
    {
        null => "null",
        bool yes => yes ? "true" : "false",
        Enum word => $"\"{word}\"",
        TimeSpan duration => $"\"{duration:c}\"",
        string words => JsonSerializer.Serialize(words, s_text),
        float number => number.ToString("R", CultureInfo.InvariantCulture),
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => throw new NotSupportedException($"{value.GetType()} has no place in a configuration."),
    };

    private static IEnumerable<string> Wrap(string words, int width)
    {
        var line = new StringBuilder();
        foreach (var word in words.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        if (line.Length > 0)
            yield return line.ToString();
    }
}
