using System.Globalization;
using System.Text.Json;
using Appliance.Core.Rules;
using Appliance.Core.Rules.Engine;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Pipeline;

namespace Appliance.Daemon.Cli.Rules;

/// <summary>
/// Reads a recording into a dry run. A line is a JSON object with <c>type</c> (<c>scene</c>, <c>input</c>, <c>signal</c>,
/// <c>position</c>; others are skipped), or a line of the live event stream as <c>curl</c> writes it. Format: docs/rules.md.
/// </summary>
internal sealed class RecordedEvents(DryRun run, DateTimeOffset? from, DateTimeOffset? to)
{
    private Sighting[] _tracks = new Sighting[16];
    private string? _event;

    /// <summary>First and last event that was taken.</summary>
    public (DateTimeOffset First, DateTimeOffset Last)? Span { get; private set; }

    /// <exception cref="FormatException">A line cannot be read; says which.</exception>
    public void Read(TextReader lines)
    {
        for (var number = 1; lines.ReadLine() is { } line; number++)
        {
            try
            {
                Take(line);
            }
            catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
            {
                throw new FormatException($"line {number}: {error.Message}", error);
            }
        }
    }

    private void Take(string line)
    {
        // Server-sent events: "event: scene" tells what the next "data: {…}" is; comments begin with a colon.
        if (line.StartsWith("event:", StringComparison.Ordinal))
        {
            _event = line[6..].Trim();
            return;
        }

        var json = line.StartsWith("data:", StringComparison.Ordinal) ? line[5..].Trim() : line.Trim();
        if (json.Length == 0 || json[0] == ':')
            return;

        using var document = JsonDocument.Parse(json);
        var item = document.RootElement;
        var type = item.TryGetProperty("type", out var word) ? word.GetString() : _event;
        _event = null;
        switch (type)
        {
            case "scene":
                Scene(item.Deserialize<SceneEvent>(ApiJson.Options)!);
                break;
            case "input":
                var changed = Time(item, "utc", "since");
                if (IsWithin(changed))
                    run.Input(item.GetProperty("id").GetString()!, item.GetProperty("active").GetBoolean(), changed);
                break;
            case "signal":
                var lost = Time(item, "utc");
                if (IsWithin(lost))
                    run.Signal(new(item.GetProperty("camera").GetString()!), item.GetProperty("lost").GetBoolean(), lost);
                break;
            case "camera":
                // As the live stream says it.
                var since = Time(item, "since");
                if (IsWithin(since))
                {
                    run.Signal(
                        new(item.GetProperty("camera").GetString()!),
                        item.GetProperty("state").GetString() is not ("running" or "starting" or "stopped"), since);
                }

                break;
            case "position":
                var at = Time(item, "utc");
                if (IsWithin(at))
                {
                    run.Locate(
                        new(
                            item.GetProperty("latitude").GetDouble(), item.GetProperty("longitude").GetDouble(),
                            item.TryGetProperty("accuracyMetres", out var accuracy) ? accuracy.GetDouble() : 0, at),
                        at);
                }

                break;
        }
    }

    private void Scene(SceneEvent scene)
    {
        if (!IsWithin(scene.Utc))
            return;

        if (_tracks.Length < scene.Tracks.Count)
            _tracks = new Sighting[2 * scene.Tracks.Count];
        for (var i = 0; i < scene.Tracks.Count; i++)
            _tracks[i] = scene.Tracks[i].ToSighting();
        run.Scene(
            new(scene.Camera), scene.Utc, _tracks.AsSpan(0, scene.Tracks.Count),
            scene.Tampered.Aggregate(0, static (mask, kind) => mask | (1 << (int)kind)));
    }

    private bool IsWithin(DateTimeOffset utc)
    {
        if (utc < from || utc >= to)
            return false;

        Span = (Span?.First ?? utc, utc);
        return true;
    }

    private static DateTimeOffset Time(JsonElement item, params string[] names)
    {
        foreach (var name in names)
        {
            if (item.TryGetProperty(name, out var time))
                return DateTimeOffset.Parse(time.GetString()!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        }

        throw new FormatException($"has no {names[0]}");
    }
}
