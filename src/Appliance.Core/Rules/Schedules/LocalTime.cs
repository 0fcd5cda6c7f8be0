namespace Appliance.Core.Rules.Schedules;

/// <summary>Local clock readings as instants, through both nights of changing clocks.</summary>
internal static class LocalTime
{
    /// <summary>
    /// The instant at which a zone's clock shows <paramref name="local"/>. Shown twice: the first or the last of both. Never shown
    /// (the gap): the moment at which the clock jumps over it.
    /// </summary>
    public static DateTime ToUtc(TimeZoneInfo zone, DateTime local, bool last)
    {
        if (zone.IsInvalidTime(local))
        {
            // Clocks jump at whole minutes, and never by more than a few hours.
            var minute = new DateTime(local.Year, local.Month, local.Day, local.Hour, local.Minute, 0, DateTimeKind.Unspecified);
            while (zone.IsInvalidTime(minute))
                minute = minute.AddMinutes(-1);
            return DateTime.SpecifyKind(minute - zone.GetUtcOffset(minute), DateTimeKind.Utc).AddMinutes(1);
        }

        var offset = zone.GetUtcOffset(local);
        if (zone.IsAmbiguousTime(local))
        {
            var offsets = zone.GetAmbiguousTimeOffsets(local);
            offset = last ? offsets.Min() : offsets.Max();
        }

        return DateTime.SpecifyKind(local - offset, DateTimeKind.Utc);
    }
}
