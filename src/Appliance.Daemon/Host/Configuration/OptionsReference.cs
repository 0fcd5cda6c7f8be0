using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Appliance.Daemon.Host.Configuration;

/// <summary>Writes options as commented JSON: every option with its summary as a comment and its default as the value.</summary>
internal sealed class OptionsReference
{
    private const int Width = 118;

    private static readonly JsonSerializerOptions s_text = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly IReadOnlyDictionary<string, string> _examples;

    private OptionsReference(IReadOnlyDictionary<string, string> examples) => _examples = examples;

    /// <param name="options">With their defaults.</param>
    /// <param name="title">First line, a comment.</param>
    /// <param name="examples">Values as JSON for options that have no usable default, by <c>Type.Property</c>.</param>
    public static string Write(object options, string title, IReadOnlyDictionary<string, string> examples)
    {
        var text = new StringBuilder();
        text.Append(title).Append('\n');
        text.Append("// Keep what you change and leave out the rest. Comments and trailing commas are allowed, unknown keys are faults.\n");
        new OptionsReference(examples).WriteSection(text, options, "");
        text.Append('\n');
        return text.ToString();
    }

    private void WriteSection(StringBuilder text, object section, string indent)
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

    private void WriteValue(StringBuilder text, PropertyInfo property, object? value, string indent)
    {
        if (_examples.TryGetValue($"{property.ReflectedType!.Name}.{property.Name}", out var example))
            text.Append(example);
        else if (OptionsBinder.ElementType(property.PropertyType) is { } element)
            WriteList(text, element, (IEnumerable)value!, indent);
        else if (OptionsBinder.IsSection(property.PropertyType))
            WriteSection(text, value!, indent);
        else
            text.Append(Scalar(value));
    }

    private void WriteList(StringBuilder text, Type element, IEnumerable items, string indent)
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
