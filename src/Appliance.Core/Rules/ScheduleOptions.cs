using System.ComponentModel.DataAnnotations;

namespace Appliance.Core.Rules;

/// <summary>Times by local clock. On a night of changing clocks a window is never shorter than the clock shows: see <see cref="Schedules.Schedule"/>.</summary>
public sealed class ScheduleOptions
{
    /// <summary>Its name, for rules.</summary>
    [Required, RegularExpression(SceneOptions.NamePattern, ErrorMessage = SceneOptions.NameFault)]
    public string Id { get; init; } = "";

    /// <summary>IANA time zone; empty = the site's.</summary>
    [StringLength(64)]
    public string TimeZone { get; init; } = "";

    /// <summary>Windows of the week; those that begin on one day must not overlap.</summary>
    [MaxLength(64)]
    public IReadOnlyList<WeeklyWindow> Weekly { get; init; } = [];

    /// <summary>Further windows on single dates; exceptions do not touch them.</summary>
    [MaxLength(366)]
    public IReadOnlyList<DateWindow> Dates { get; init; } = [];

    /// <summary>Days on which no window of the week begins.</summary>
    [MaxLength(366)]
    public IReadOnlyList<DateRange> Exceptions { get; init; } = [];
}

/// <summary>A window that comes back every week.</summary>
public sealed class WeeklyWindow
{
    /// <summary>Days on which it begins; empty = every day.</summary>
    public IReadOnlyList<DayOfWeek> Days { get; init; } = [];

    /// <summary>Beginning, <c>HH:mm</c>.</summary>
    public string From { get; init; } = "00:00";

    /// <summary>End, <c>HH:mm</c> up to <c>24:00</c>; not after the beginning = on the next day.</summary>
    public string To { get; init; } = "24:00";
}

/// <summary>A window on one date.</summary>
public sealed class DateWindow
{
    /// <summary><c>yyyy-MM-dd</c>.</summary>
    public string Date { get; init; } = "2026-12-24";

    /// <summary>Beginning, <c>HH:mm</c>.</summary>
    public string From { get; init; } = "00:00";

    /// <summary>End, <c>HH:mm</c> up to <c>24:00</c>; not after the beginning = on the next day.</summary>
    public string To { get; init; } = "24:00";
}

/// <summary>Days from one date to another, both included.</summary>
public sealed class DateRange
{
    /// <summary><c>yyyy-MM-dd</c>.</summary>
    public string From { get; init; } = "2026-12-25";

    /// <summary><c>yyyy-MM-dd</c>.</summary>
    public string To { get; init; } = "2026-12-26";
}
