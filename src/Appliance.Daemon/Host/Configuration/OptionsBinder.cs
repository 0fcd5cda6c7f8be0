using System.Collections;
using System.Reflection;
using System.Text.Json;

namespace Appliance.Daemon.Host.Configuration;

/// <summary>
/// Makes options from JSON and finds every fault on the way: unknown and doubled keys, wrong types, values out of range. Names
/// are taken in any case; paths are written as <c>Cameras[1].Source</c>.
/// </summary>
internal sealed class OptionsBinder
{
    /// <summary>For REST: <c>cameras[1].source</c>.</summary>
    private readonly JsonNamingPolicy? _naming;

    private readonly List<ConfigFault> _faults = [];

    private OptionsBinder(JsonNamingPolicy? naming) => _naming = naming;

    /// <summary>The options with defaults where nothing (usable) was said, and all faults in document order, then of validation.</summary>
    public static (T Options, IReadOnlyList<ConfigFault> Faults) Bind<T>(
        JsonElement json, JsonNamingPolicy? naming = null, string path = "")
        where T : class, new()
    {
        var binder = new OptionsBinder(naming);
        var options = binder.ReadObject(typeof(T), json, path) as T ?? new T();
        var unreadable = binder._faults.Select(fault => fault.Path).ToHashSet(StringComparer.Ordinal);
        var invalid = OptionsRules.Check(options, path, naming).Where(fault => !unreadable.Contains(fault.Path));
        return (options, [.. binder._faults, .. invalid]);
    }

    /// <summary>The properties that can be set, by name in any case.</summary>
    public static Dictionary<string, PropertyInfo> Settable(Type type) =>
        type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(property => property.SetMethod is { IsPublic: true })
            .ToDictionary(property => property.Name, StringComparer.OrdinalIgnoreCase);

    public static string Join(string path, string name, JsonNamingPolicy? naming)
    {
        var shown = naming?.ConvertName(name) ?? name;
        return path.Length == 0 ? shown : $"{path}.{shown}";
    }

    /// <summary>The element type of a list property; null: not a list.</summary>
    public static Type? ElementType(Type type) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    /// <summary>Whether a type is a section with keys of its own.</summary>
    public static bool IsSection(Type type) =>
        type.IsClass && type != typeof(string) && ElementType(type) is null;

    private object? ReadObject(Type type, JsonElement json, string path)
    {
        if (json.ValueKind != JsonValueKind.Object)
            return Fault(path, $"must be an object {{…}}, not {Kind(json)}");

        var target = Activator.CreateInstance(type)!;
        var properties = Settable(type);
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var member in json.EnumerateObject())
        {
            if (!properties.TryGetValue(member.Name, out var property))
            {
                Unknown(Join(path, member.Name, null), member.Name, properties.Keys);
                continue;
            }

            var at = Join(path, property.Name, _naming);
            if (!seen.Add(member.Name))
                Fault(at, "is given twice");
            else if (Read(property.PropertyType, IsOptional(property), member.Value, at, out var value))
                property.SetValue(target, value);
        }

        return target;
    }

    private void Unknown(string at, string name, IEnumerable<string> known)
    {
        var names = known.Select(key => _naming?.ConvertName(key) ?? key).ToList();
        Fault(at, DidYouMean.Find(name, names) is { } meant
            ? $"no such option; did you mean {meant}?"
            : $"no such option; known here: {string.Join(", ", names)}");
    }

    private bool Read(Type type, bool optional, JsonElement json, string path, out object? value)
    {
        value = null;
        if (json.ValueKind == JsonValueKind.Null)
        {
            if (!optional)
                Fault(path, "must not be null; leave it out for the default");
            return optional;
        }

        if (ElementType(type) is { } element)
            value = ReadList(element, json, path);
        else if (IsSection(type))
            value = ReadObject(type, json, path);
        else if (OptionsScalar.Read(Nullable.GetUnderlyingType(type) ?? type, json) is { Value: { } scalar })
            value = scalar;
        else
            Fault(path, $"must be {OptionsScalar.Allowed(Nullable.GetUnderlyingType(type) ?? type)}, not {Kind(json)}");
        return value is not null;
    }

    private IList? ReadList(Type element, JsonElement json, string path)
    {
        if (json.ValueKind != JsonValueKind.Array)
        {
            Fault(path, $"must be a list […], not {Kind(json)}");
            return null;
        }

        var list = (IList)Activator.CreateInstance(typeof(List<>).MakeGenericType(element))!;
        var index = 0;
        foreach (var item in json.EnumerateArray())
        {
            // An entry that cannot be read keeps its place: the paths of those behind it must stay true.
            if (Read(element, optional: false, item, $"{path}[{index++}]", out var value))
                list.Add(value);
            else if (IsSection(element))
                list.Add(Activator.CreateInstance(element));
        }

        return list;
    }

    private static bool IsOptional(PropertyInfo property) =>
        Nullable.GetUnderlyingType(property.PropertyType) is not null
        || new NullabilityInfoContext().Create(property).WriteState == NullabilityState.Nullable;

    private object? Fault(string path, string reason)
    {
        _faults.Add(new(path, reason));
        return null;
    }

    private static string Kind(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        // The text itself may be a password in the wrong place.
        JsonValueKind.String => "a text like that",
        JsonValueKind.Number => json.GetRawText(),
        JsonValueKind.Null => "null",
        _ => json.ValueKind.ToString().ToLowerInvariant(),
    };
}
