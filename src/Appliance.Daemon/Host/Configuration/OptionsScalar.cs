using System.Globalization;
using System.Text.Json;

namespace Appliance.Daemon.Host.Configuration;

/// <summary>Single values of a configuration: what JSON may stand for which type.</summary>
internal static class OptionsScalar
{
    /// <summary>The value, or a null one when the JSON is of another kind. Numbers are never read from texts, nor the other way.</summary>
    public static (object? Value, bool _) Read(Type type, JsonElement json)
    {
        object? value = null;
        if (type == typeof(string))
            value = json.ValueKind == JsonValueKind.String ? json.GetString() : null;
        else if (type == typeof(bool))
            value = json.ValueKind is JsonValueKind.True or JsonValueKind.False ? json.GetBoolean() : null;
        else if (type.IsEnum)
            value = ReadEnum(type, json);
        else if (type == typeof(TimeSpan))
            value = json.ValueKind == JsonValueKind.String ? Duration.Parse(json.GetString()!) : null;
        else if (type == typeof(DateTimeOffset))
            value = json.ValueKind == JsonValueKind.String && json.TryGetDateTimeOffset(out var time) ? time : null;
        else if (json.ValueKind == JsonValueKind.Number)
            value = ReadNumber(type, json);
        return (value, value is not null);
    }

    /// <summary>What a value of the type must be, in words.</summary>
    public static string Allowed(Type type)
    {
        if (type == typeof(string))
            return "a text in quotes";
        if (type == typeof(bool))
            return "true or false";
        if (type.IsEnum)
            return $"one of {string.Join(", ", Enum.GetNames(type))}";
        if (type == typeof(TimeSpan))
            return Duration.Form;
        if (type == typeof(DateTimeOffset))
            return "a time, e.g. \"2026-12-31T23:59:59Z\"";
        return type == typeof(float) || type == typeof(double) ? "a number" : "a whole number";
    }

    private static object? ReadEnum(Type type, JsonElement json)
    {
        if (json.ValueKind != JsonValueKind.String)
            return null;

        // By name only: Enum.Parse would take "7" and "Tcp, Udp" as well.
        var text = json.GetString()!;
        var name = Enum.GetNames(type).FirstOrDefault(name => name.Equals(text, StringComparison.OrdinalIgnoreCase));
        return name is null ? null : Enum.Parse(type, name);
    }

    private static object? ReadNumber(Type type, JsonElement json)
    {
        if (type == typeof(int))
            return json.TryGetInt32(out var whole) ? whole : null;
        if (type == typeof(long))
            return json.TryGetInt64(out var large) ? large : null;
        if (type == typeof(double))
            return json.TryGetDouble(out var real) && double.IsFinite(real) ? real : null;
        if (type == typeof(float))
            return json.TryGetSingle(out var single) && float.IsFinite(single) ? single : null;
        throw new NotSupportedException(string.Create(CultureInfo.InvariantCulture, $"Options of type {type} are not read."));
    }
}
