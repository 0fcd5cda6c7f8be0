using System.Globalization;

namespace Appliance.Core.Rules.Schedules;

/// <summary>
/// When rules count. A window runs from the first instant at which the local clock shows its beginning to the last at which it shows
/// its end: where the hour is shown twice it lasts longer, and a beginning or end in the hour that is left out is the moment of the
/// jump. So a window is never interrupted, and a site is rather armed an hour too long than too short.
/// </summary>
public sealed class Schedule
{
    private readonly TimeZoneInfo _zone;
    private readonly Window[] _weekly;
    private readonly (DateTime Date, Window Window)[] _dates;
    private readonly (DateTime From, DateTime To)[] _exceptions;

    /// <param name="options">Checked.</param>
    /// <param name="siteZone">Time zone where the schedule names none.</param>
    public Schedule(ScheduleOptions options, string siteZone)
    {
        Id = options.Id;
        _zone = TimeZoneInfo.FindSystemTimeZoneById(options.TimeZone.Length > 0 ? options.TimeZone : siteZone);
        _weekly = [.. options.Weekly.Select(window => new Window(DaysOf(window.Days), window.From, window.To))];
        _dates = [.. options.Dates.Select(window => (ParseDate(window.Date)!.Value, new Window(0, window.From, window.To)))];
        _exceptions = [.. options.Exceptions.Select(range => (ParseDate(range.From)!.Value, ParseDate(range.To)!.Value))];
    }

    public string Id { get; }

    /// <summary>Whether the instant lies in one of its windows.</summary>
    public bool IsActive(DateTimeOffset at)
    {
        var utc = at.UtcDateTime;
        var today = TimeZoneInfo.ConvertTimeFromUtc(utc, _zone).Date;
        // A window may have begun yesterday, never earlier: none is longer than 24 hours by the clock.
        return CountsOn(today.AddDays(-1), utc) || CountsOn(today, utc);
    }

    /// <summary>Minutes since midnight, up to 24:00; null = no such time.</summary>
    internal static int? ParseTime(string text) =>
        text.Length == 5 && text[2] == ':'
        && int.TryParse(text.AsSpan(0, 2), NumberStyles.None, CultureInfo.InvariantCulture, out var hours)
        && int.TryParse(text.AsSpan(3), NumberStyles.None, CultureInfo.InvariantCulture, out var minutes)
        && minutes < 60 && (hours < 24 || (hours == 24 && minutes == 0))
            ? (60 * hours) + minutes
            : null;

    internal static DateTime? ParseDate(string text) =>
        DateTime.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

    /// <summary>Minutes from midnight of the day of its beginning to its end: more than a day's when it ends on the next.</summary>
    internal static (int From, int To) Span(string from, string to)
    {
        var (begin, end) = (ParseTime(from)!.Value, ParseTime(to)!.Value);
        return (begin, end <= begin ? end + (24 * 60) : end);
    }

    internal static int DaysOf(IReadOnlyList<DayOfWeek> days) =>
        days.Count == 0 ? 0x7F : days.Aggregate(0, static (mask, day) => mask | (1 << (int)day));

    private bool CountsOn(DateTime day, DateTime utc)
    {
        foreach (var (date, window) in _dates)
        {
            if (date == day && IsWithin(window, day, utc))
                return true;
        }

        foreach (var (from, to) in _exceptions)
        {
            if (day >= from && day <= to)
                return false;
        }

        foreach (var window in _weekly)
        {
            if ((window.Days & (1 << (int)day.DayOfWeek)) != 0 && IsWithin(window, day, utc))
                return true;
        }

        return false;
    }

    private bool IsWithin(in Window window, DateTime day, DateTime utc) =>
        utc >= LocalTime.ToUtc(_zone, day.AddMinutes(window.From), last: false)
        && utc < LocalTime.ToUtc(_zone, day.AddMinutes(window.To), last: true);

    private readonly record struct Window
    {
        public Window(int days, string from, string to)
        {
            Days = days;
            (From, To) = Span(from, to);
        }

        public int Days { get; }

        public int From { get; }

        public int To { get; }
    }
}
