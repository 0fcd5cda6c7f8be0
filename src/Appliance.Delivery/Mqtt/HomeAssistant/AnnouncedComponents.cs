using System.Text.Json;

namespace Appliance.Delivery.Mqtt.HomeAssistant;

/// <summary>
/// What Home Assistant was told, by id with its platform, over restarts: an entity that is gone must be named once more to be
/// removed. Losing the file costs an entity that somebody removes by hand, so it is written without a sync.
/// </summary>
internal sealed class AnnouncedComponents
{
    private readonly string? _file;
    private Dictionary<string, string> _known;

    /// <param name="file">Null: remembered for this run only.</param>
    public AnnouncedComponents(string? file)
    {
        _file = file;
        _known = Load(file);
    }

    public IReadOnlyDictionary<string, string> Known => _known;

    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder may not be written.</exception>
    public void Set(IEnumerable<KeyValuePair<string, string>> components)
    {
        _known = new(components);
        if (_file is null)
            return;

        if (_known.Count == 0)
        {
            File.Delete(_file);
            return;
        }

        var next = _file + ".new";
        File.WriteAllBytes(next, JsonSerializer.SerializeToUtf8Bytes(_known));
        File.Move(next, _file, overwrite: true);
    }

    private static Dictionary<string, string> Load(string? file)
    {
        try
        {
            return file is not null && File.Exists(file)
                ? JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(file)) ?? []
                : [];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            return [];
        }
    }
}
