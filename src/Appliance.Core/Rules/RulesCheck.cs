using System.Numerics;
using Appliance.Core.Outputs;
using Appliance.Core.Rules.Schedules;
using Appliance.Core.Rules.Zones;

namespace Appliance.Core.Rules;

/// <summary>What rules may name; null = not known here, so nothing is said about it.</summary>
/// <param name="Cameras">Ids of the cameras.</param>
/// <param name="Outputs">Names of outputs and their groups.</param>
/// <param name="Inputs">Names of inputs.</param>
public sealed record RuleNames(
    IReadOnlyCollection<string>? Cameras = null, IReadOnlyCollection<string>? Outputs = null, IReadOnlyCollection<string>? Inputs = null);

/// <summary>Finds every fault between the parts of <see cref="RulesOptions"/>, with its path.</summary>
public static class RulesCheck
{
    private const int Raster = 48;

    public static IEnumerable<(string Path, string Reason)> Faults(RulesOptions options, RuleNames names)
    {
        if (!IsZone(options.TimeZone))
            yield return ("TimeZone", $"there is no time zone '{options.TimeZone}'; name it like Europe/Berlin (IANA)");

        for (var i = 0; i < options.Cameras.Count; i++)
        {
            var scene = options.Cameras[i];
            if (options.Cameras.Take(i).Any(other => other.Camera == scene.Camera))
                yield return ($"Cameras[{i}].Camera", $"'{scene.Camera}' is used twice");
            if (names.Cameras?.Contains(scene.Camera) == false)
                yield return ($"Cameras[{i}].Camera", Unknown("camera", scene.Camera, names.Cameras));
            foreach (var fault in Faults(scene))
                yield return ($"Cameras[{i}].{fault.Path}", fault.Reason);
        }

        for (var i = 0; i < options.Schedules.Count; i++)
        {
            if (options.Schedules.Take(i).Any(other => other.Id == options.Schedules[i].Id))
                yield return ($"Schedules[{i}].Id", $"'{options.Schedules[i].Id}' is used twice");
            foreach (var fault in Faults(options.Schedules[i]))
                yield return ($"Schedules[{i}].{fault.Path}", fault.Reason);
        }

        for (var i = 0; i < options.Rules.Count; i++)
        {
            if (options.Rules.Take(i).Any(other => other.Id == options.Rules[i].Id))
                yield return ($"Rules[{i}].Id", $"'{options.Rules[i].Id}' is used twice");
            foreach (var fault in Faults(options, options.Rules[i], names))
                yield return ($"Rules[{i}].{fault.Path}", fault.Reason);
        }

        if (options.Geofence.Polygon.Count > 0 && Polygon.WhyNot(Floats(options.Geofence.Polygon), -180, 180) is { } reason)
            yield return ("Geofence.Polygon", reason);
        // A fence that nothing watches looks like protection and is none.
        if (options.Geofence is not { RadiusMetres: 0, Polygon.Count: 0 } && options.Rules.All(rule => rule.Kind != RuleKind.Geofence))
            yield return ("Geofence", "no rule of the kind Geofence says what happens outside; add one to Rules");
    }

    /// <summary>Faults of one camera's zones and lines.</summary>
    public static IEnumerable<(string Path, string Reason)> Faults(SceneOptions scene)
    {
        var ids = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < scene.Zones.Count; i++)
        {
            var zone = scene.Zones[i];
            if (!ids.Add(zone.Id))
                yield return ($"Zones[{i}].Id", $"'{zone.Id}' is used twice");
            if (Polygon.WhyNot(zone.Polygon) is { } reason)
                yield return ($"Zones[{i}].Polygon", reason);
            else if (zone.Kind == ZoneKind.Include && Cover(scene, zone) is { } cover)
                yield return ($"Zones[{i}].Polygon", $"lies under {cover}: nothing could happen in it");
        }

        for (var i = 0; i < scene.Lines.Count; i++)
        {
            var line = scene.Lines[i];
            if (!ids.Add(line.Id))
                yield return ($"Lines[{i}].Id", $"'{line.Id}' is used twice");
            var (from, to) = (WhyNoPoint(line.From), WhyNoPoint(line.To));
            if (from is not null)
                yield return ($"Lines[{i}].From", from);
            if (to is not null)
                yield return ($"Lines[{i}].To", to);
            if (from is null && to is null && line.From.SequenceEqual(line.To))
                yield return ($"Lines[{i}].To", "must not be the same point as From");
        }
    }

    private static IEnumerable<(string Path, string Reason)> Faults(ScheduleOptions schedule)
    {
        if (schedule.TimeZone.Length > 0 && !IsZone(schedule.TimeZone))
            yield return ("TimeZone", $"there is no time zone '{schedule.TimeZone}'; name it like Europe/Berlin (IANA)");
        if (schedule.Weekly.Count == 0 && schedule.Dates.Count == 0)
            yield return ("Weekly", "has no window: nothing would ever happen in it");

        var good = true;
        for (var i = 0; i < schedule.Weekly.Count; i++)
        {
            foreach (var fault in Times($"Weekly[{i}]", schedule.Weekly[i].From, schedule.Weekly[i].To))
            {
                good = false;
                yield return fault;
            }
        }

        for (var i = 0; i < schedule.Dates.Count; i++)
        {
            if (Schedule.ParseDate(schedule.Dates[i].Date) is null)
                yield return ($"Dates[{i}].Date", "must be a date yyyy-MM-dd");
            foreach (var fault in Times($"Dates[{i}]", schedule.Dates[i].From, schedule.Dates[i].To))
                yield return fault;
        }

        for (var i = 0; i < schedule.Exceptions.Count; i++)
        {
            var (from, to) = (Schedule.ParseDate(schedule.Exceptions[i].From), Schedule.ParseDate(schedule.Exceptions[i].To));
            if (from is null)
                yield return ($"Exceptions[{i}].From", "must be a date yyyy-MM-dd");
            if (to is null)
                yield return ($"Exceptions[{i}].To", "must be a date yyyy-MM-dd");
            if (to < from)
                yield return ($"Exceptions[{i}].To", "must not be before From");
        }

        for (var i = 0; good && i < schedule.Weekly.Count; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (Overlap(schedule.Weekly[i], schedule.Weekly[j]))
                    yield return ($"Weekly[{i}]", $"overlaps Weekly[{j}]");
            }
        }
    }

    private static IEnumerable<(string Path, string Reason)> Faults(RulesOptions options, RuleOptions rule, RuleNames names)
    {
        if (rule.Schedule.Length > 0 && options.Schedules.All(schedule => schedule.Id != rule.Schedule))
            yield return ("Schedule", Unknown("schedule", rule.Schedule, [.. options.Schedules.Select(schedule => schedule.Id)]));
        foreach (var fault in Missing("Cameras", "camera", rule.Cameras, names.Cameras))
            yield return fault;

        var scenes = options.Cameras.Where(scene => rule.Cameras.Count == 0 || rule.Cameras.Contains(scene.Camera)).ToList();
        var zones = scenes.SelectMany(scene => scene.Zones).Where(zone => zone.Kind == ZoneKind.Include).Select(zone => zone.Id).Distinct().ToList();
        var lines = scenes.SelectMany(scene => scene.Lines).Select(line => line.Id).Distinct().ToList();
        foreach (var fault in Missing("Zones", "Include zone of its cameras", rule.Zones, zones))
            yield return fault;
        foreach (var fault in Missing("Lines", "line of its cameras", rule.Lines, lines))
            yield return fault;
        foreach (var fault in Missing("Inputs", "input", rule.Inputs, names.Inputs))
            yield return fault;
        if (rule.Kind == RuleKind.LineCrossing && rule.Lines.Count == 0 && lines.Count == 0)
            yield return ("Lines", "its cameras have no line");
        if (rule.Kind is (RuleKind.Loitering or RuleKind.Absence) && rule.After == TimeSpan.Zero)
            yield return ("After", $"must be given for {rule.Kind}");
        if (rule.Kind == RuleKind.Geofence && options.Geofence is { RadiusMetres: 0, Polygon.Count: 0 })
            yield return ("Kind", "needs Geofence.RadiusMetres or Geofence.Polygon");
        foreach (var fault in Misplaced(rule))
            yield return fault;

        foreach (var fault in Actions("", rule.Outputs, rule.Pattern, names.Outputs))
            yield return fault;
        for (var i = 0; i < rule.Escalation.Count; i++)
        {
            var step = rule.Escalation[i];
            if (i > 0 && step.After <= rule.Escalation[i - 1].After)
                yield return ($"Escalation[{i}].After", "must be longer than that of the step before");
            foreach (var fault in Actions($"Escalation[{i}].", step.Outputs, step.Pattern, names.Outputs))
                yield return fault;
        }
    }

    private static IEnumerable<(string Path, string Reason)> Misplaced(RuleOptions rule)
    {
        if (rule.Lines.Count > 0 && rule.Kind != RuleKind.LineCrossing)
            yield return ("Lines", "is for LineCrossing only");
        if (rule.Inputs.Count > 0 && rule.Kind != RuleKind.Input)
            yield return ("Inputs", "is for Input only");
        if (rule.Faults.Count > 0 && rule.Kind != RuleKind.Tamper)
            yield return ("Faults", "is for Tamper only");
        if (rule.Zones.Count > 0 && rule.Kind is (RuleKind.LineCrossing or RuleKind.Tamper or RuleKind.Input or RuleKind.Geofence))
            yield return ("Zones", $"is not for {rule.Kind}");
        if (rule.Categories.Count + rule.Except.Count > 0 && rule.Kind is (RuleKind.Tamper or RuleKind.Input or RuleKind.Geofence))
            yield return (rule.Categories.Count > 0 ? "Categories" : "Except", $"is not for {rule.Kind}");
    }

    private static IEnumerable<(string Path, string Reason)> Actions(
        string path, IReadOnlyList<string> outputs, string pattern, IReadOnlyCollection<string>? known)
    {
        foreach (var fault in Missing(path + "Outputs", "output or group", outputs, known))
            yield return fault;
        if (pattern.Length > 0 && OutputPattern.Parse(pattern, out var why) is null)
            yield return (path + "Pattern", why);
    }

    private static IEnumerable<(string Path, string Reason)> Missing(
        string path, string what, IReadOnlyList<string> named, IReadOnlyCollection<string>? known)
    {
        for (var i = 0; i < named.Count; i++)
        {
            if (known?.Contains(named[i]) == false)
                yield return ($"{path}[{i}]", Unknown(what, named[i], known));
        }
    }

    private static string Unknown(string what, string name, IReadOnlyCollection<string> known) =>
        $"there is no {what} '{name}'; {(known.Count == 0 ? "there are none" : $"there are {string.Join(", ", known)}")}";

    private static IEnumerable<(string Path, string Reason)> Times(string path, string from, string to)
    {
        var (begin, end) = (Schedule.ParseTime(from), Schedule.ParseTime(to));
        if (begin is null or 24 * 60)
            yield return (path + ".From", "must be a time HH:mm");
        if (end is null)
            yield return (path + ".To", "must be a time HH:mm up to 24:00");
        if (begin is not null && begin == end)
            yield return (path + ".To", "must not be the same as From; a whole day is 00:00 to 24:00");
    }

    private static bool Overlap(WeeklyWindow one, WeeklyWindow other)
    {
        var (a, b) = (Schedule.Span(one.From, one.To), Schedule.Span(other.From, other.To));
        return (Schedule.DaysOf(one.Days) & Schedule.DaysOf(other.Days)) != 0 && a.From < b.To && b.From < a.To;
    }

    private static string? WhyNoPoint(IReadOnlyList<float> point) =>
        point.Count != 2 ? "must be [x, y]" : point.All(value => value is >= 0 and <= 1) ? null : "must lie between 0 and 1 on both axes";

    /// <summary>The Exclude zones and masks that hide a zone completely, looked at point by point; null = some of it is left.</summary>
    private static string? Cover(SceneOptions scene, ZoneOptions zone)
    {
        var hidden = scene.Zones.Where(other => other.Kind != ZoneKind.Include && Polygon.WhyNot(other.Polygon) is null)
            .Select(other => (other.Id, Area: new Polygon(other.Polygon))).ToList();
        if (hidden.Count == 0)
            return null;

        var area = new Polygon(zone.Polygon);
        var by = new SortedSet<string>(StringComparer.Ordinal);
        var (least, most) = area.Bounds;
        for (var i = 0; i < Raster * Raster; i++)
        {
            var point = least + ((most - least) * new Vector2(((i % Raster) + 0.5f) / Raster, ((i / Raster) + 0.5f) / Raster));
            if (!area.Contains(point))
                continue;
            if (hidden.FirstOrDefault(other => other.Area.Contains(point)).Id is not { } id)
                return null;
            by.Add(id);
        }

        return by.Count == 0 ? null : string.Join(" and ", by);
    }

    private static List<IReadOnlyList<float>> Floats(IReadOnlyList<IReadOnlyList<double>> corners) =>
        [.. corners.Select(corner => (IReadOnlyList<float>)[.. corner.Select(value => (float)value)])];

    private static bool IsZone(string id) => TimeZoneInfo.TryFindSystemTimeZoneById(id, out _);
}
