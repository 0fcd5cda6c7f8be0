using System.Text.Json;

namespace Appliance.Delivery.Outputs;

/// <summary>
/// The levels of simulated lines as a JSON file, <c>{"siren":true}</c>: stays as it was when the process dies, as a relay does, and
/// another process can look. Replaced as a whole, so that a reader never sees half of it.
/// </summary>
public sealed class SimulatedStateFile(string path, IReadOnlyList<string> names)
{
    /// <exception cref="IOException">It cannot be written.</exception>
    public void Write(ReadOnlySpan<bool> levels)
    {
        var state = new Dictionary<string, bool>();
        for (var i = 0; i < names.Count; i++)
            state[names[i]] = levels[i];

        var next = path + ".next";
        File.WriteAllText(next, JsonSerializer.Serialize(state));
        File.Move(next, path, overwrite: true);
    }

    /// <summary>Null: there is none.</summary>
    public static IReadOnlyDictionary<string, bool>? Read(string path) =>
        File.Exists(path) ? JsonSerializer.Deserialize<Dictionary<string, bool>>(File.ReadAllText(path)) : null;
}
