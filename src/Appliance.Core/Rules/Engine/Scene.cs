using System.Numerics;
using Appliance.Core.Rules.Zones;

namespace Appliance.Core.Rules.Engine;

/// <summary>
/// One camera's zones and lines, and the rules that look at them. Places are numbered: 0 is the whole picture, then the Include zones in
/// the order of the configuration; a set of places is one word.
/// </summary>
internal sealed class Scene
{
    /// <summary>The bit of the whole picture.</summary>
    public const ulong Everywhere = 1;

    private readonly Polygon[] _zones;
    private readonly Polygon[] _excluded;

    public Scene(SceneOptions options, IReadOnlyList<Rule> rules)
    {
        var include = options.Zones.Where(zone => zone.Kind == ZoneKind.Include).ToArray();
        _zones = [.. include.Select(zone => new Polygon(zone.Polygon))];
        _excluded = [.. options.Zones.Where(zone => zone.Kind != ZoneKind.Include).Select(zone => new Polygon(zone.Polygon))];
        Mask = new([.. options.Zones.Where(zone => zone.Kind == ZoneKind.PrivacyMask).Select(zone => new Polygon(zone.Polygon))]);
        Places = ["", .. include.Select(zone => zone.Id)];
        Lines = [.. options.Lines.Select(line => new Line(line.Id, new(line.From[0], line.From[1]), new(line.To[0], line.To[1])))];
        Rules = [.. rules.Select(rule => Bind(rule, options.Camera)).OfType<SceneRule>()];
    }

    public PrivacyMask Mask { get; }

    /// <summary>Names of the places; the whole picture has none.</summary>
    public string[] Places { get; }

    public Line[] Lines { get; }

    public SceneRule[] Rules { get; }

    /// <summary>Places that hold a point; none where it is excluded.</summary>
    public ulong At(Vector2 point)
    {
        foreach (var zone in _excluded)
        {
            if (zone.Contains(point))
                return 0;
        }

        var at = Everywhere;
        for (var i = 0; i < _zones.Length; i++)
        {
            if (_zones[i].Contains(point))
                at |= 2ul << i;
        }

        return at;
    }

    private SceneRule? Bind(Rule rule, string camera)
    {
        // Rules that name no camera also count for those without zones, whose names are not known here.
        if (rule.Options.Kind is RuleKind.Input or RuleKind.Geofence || (camera.Length > 0 && !rule.IsFor(camera)))
            return null;

        if (rule.Options.Kind == RuleKind.LineCrossing)
        {
            var lines = 0ul;
            for (var i = 0; i < Lines.Length; i++)
            {
                if (rule.Options.Lines.Count == 0 || rule.Options.Lines.Contains(Lines[i].Id))
                    lines |= 1ul << i;
            }

            return lines == 0 ? null : new(rule, lines);
        }

        var places = rule.Options.Zones.Count == 0 ? Everywhere : 0;
        for (var i = 1; i < Places.Length; i++)
        {
            if (rule.Options.Zones.Contains(Places[i]))
                places |= 1ul << i;
        }

        return places == 0 ? null : new(rule, places);
    }
}

/// <summary>A line to be crossed.</summary>
internal readonly record struct Line(string Id, Vector2 From, Vector2 To);

/// <summary>A rule at a camera: the places, or for a line crossing the lines, that it looks at.</summary>
internal readonly record struct SceneRule(Rule Rule, ulong Where);
