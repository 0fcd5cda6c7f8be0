using System.Globalization;
using Appliance.Core.Rules;
using Appliance.Core.Rules.Schedules;
using Appliance.UnitTests.Support;

namespace Appliance.UnitTests.Core.Rules.Schedules;

/// <summary>
/// Europe/Berlin 2026: at 2026-03-29 01:00 UTC the clock jumps from 02:00 to 03:00; at 2026-10-25 01:00 UTC from 03:00 back to 02:00.
/// </summary>
public class ScheduleTests
{
    [Theory]
    // An ordinary night, CET.
    [InlineData("22:00", "06:00", "2026-01-14T20:59Z", false)]
    [InlineData("22:00", "06:00", "2026-01-14T21:00Z", true)]
    [InlineData("22:00", "06:00", "2026-01-15T04:59Z", true)]
    [InlineData("22:00", "06:00", "2026-01-15T05:00Z", false)]
    // The night of the gap: 22:00 CET to 06:00 CEST are seven hours.
    [InlineData("22:00", "06:00", "2026-03-28T21:00Z", true)]
    [InlineData("22:00", "06:00", "2026-03-29T03:59Z", true)]
    [InlineData("22:00", "06:00", "2026-03-29T04:00Z", false)]
    // It begins in the gap: at the jump.
    [InlineData("02:30", "04:00", "2026-03-29T00:59Z", false)]
    [InlineData("02:30", "04:00", "2026-03-29T01:00Z", true)]
    [InlineData("02:30", "04:00", "2026-03-29T01:59Z", true)]
    [InlineData("02:30", "04:00", "2026-03-29T02:00Z", false)]
    // It ends in the gap: at the jump.
    [InlineData("01:00", "02:30", "2026-03-29T00:00Z", true)]
    [InlineData("01:00", "02:30", "2026-03-29T00:59Z", true)]
    [InlineData("01:00", "02:30", "2026-03-29T01:00Z", false)]
    // Wholly in the gap: that night it does not happen.
    [InlineData("02:10", "02:50", "2026-03-29T00:59Z", false)]
    [InlineData("02:10", "02:50", "2026-03-29T01:00Z", false)]
    [InlineData("02:10", "02:50", "2026-03-29T01:30Z", false)]
    // The night of the overlap: 22:00 CEST to 06:00 CET are nine hours.
    [InlineData("22:00", "06:00", "2026-10-24T19:59Z", false)]
    [InlineData("22:00", "06:00", "2026-10-24T20:00Z", true)]
    [InlineData("22:00", "06:00", "2026-10-25T04:59Z", true)]
    [InlineData("22:00", "06:00", "2026-10-25T05:00Z", false)]
    // It begins in the hour shown twice: at the first time.
    [InlineData("02:30", "04:00", "2026-10-25T00:29Z", false)]
    [InlineData("02:30", "04:00", "2026-10-25T00:30Z", true)]
    [InlineData("02:30", "04:00", "2026-10-25T01:15Z", true)]
    [InlineData("02:30", "04:00", "2026-10-25T02:59Z", true)]
    [InlineData("02:30", "04:00", "2026-10-25T03:00Z", false)]
    // It ends in it: at the last time, without a break.
    [InlineData("01:30", "02:30", "2026-10-24T23:30Z", true)]
    [InlineData("01:30", "02:30", "2026-10-25T00:45Z", true)]
    [InlineData("01:30", "02:30", "2026-10-25T01:29Z", true)]
    [InlineData("01:30", "02:30", "2026-10-25T01:30Z", false)]
    // Wholly in it: from its first beginning to its last end.
    [InlineData("02:10", "02:50", "2026-10-25T00:10Z", true)]
    [InlineData("02:10", "02:50", "2026-10-25T00:55Z", true)]
    [InlineData("02:10", "02:50", "2026-10-25T01:49Z", true)]
    [InlineData("02:10", "02:50", "2026-10-25T01:50Z", false)]
    public void IsActive_BothNightsOfChangingClocks_IsNeverInterruptedNorTooShort(string from, string to, string at, bool active) =>
        Assert.Equal(active, Of(new() { Id = "x", Weekly = [new() { From = from, To = to }] }).IsActive(Time(at)));

    [Theory]
    [InlineData("2026-07-03T20:30Z", true)] // Friday 22:30
    [InlineData("2026-07-04T03:59Z", true)] // Saturday 05:59, begun on Friday
    [InlineData("2026-07-04T20:30Z", false)] // Saturday 22:30
    [InlineData("2026-07-05T03:00Z", false)] // Sunday 05:00
    public void IsActive_WindowOverMidnight_BelongsToTheDayItBegins(string at, bool active) =>
        Assert.Equal(active, Of(new() { Id = "x", Weekly = [new() { Days = [DayOfWeek.Friday], From = "22:00", To = "06:00" }] }).IsActive(Time(at)));

    [Theory]
    [InlineData("2026-12-23T12:00Z", true)]
    [InlineData("2026-12-25T12:00Z", false)]
    [InlineData("2026-12-26T12:00Z", false)]
    [InlineData("2026-12-26T20:30Z", true)]
    [InlineData("2026-12-27T12:00Z", true)]
    public void IsActive_ExceptionsAndDates_DatesWin(string at, bool active)
    {
        var schedule = Of(new()
        {
            Id = "x",
            Weekly = [new() { From = "08:00", To = "18:00" }],
            Exceptions = [new() { From = "2026-12-24", To = "2026-12-26" }],
            Dates = [new() { Date = "2026-12-26", From = "21:00", To = "23:00" }],
        });

        Assert.Equal(active, schedule.IsActive(Time(at)));
    }

    [Fact]
    public void IsActive_WholeDay_LastsTwentyThreeAndTwentyFiveHoursOnTheTwoDays()
    {
        var schedule = Of(new() { Id = "x", Weekly = [new() { Days = [DayOfWeek.Sunday] }] });

        Assert.Equal(23 * 60, Minutes(schedule, "2026-03-28T00:00Z"));
        Assert.Equal(25 * 60, Minutes(schedule, "2026-10-24T00:00Z"));
        Assert.Equal(24 * 60, Minutes(schedule, "2026-07-04T00:00Z"));
    }

    [Fact]
    public void IsActive_ZoneThatJumpsAtMidnight_BeginsAtTheJump()
    {
        // Asunción until 2024: 2023-10-01 00:00 became 01:00 (04:00 UTC).
        var schedule = Of(new() { Id = "x", TimeZone = "America/Asuncion", Weekly = [new() { Days = [DayOfWeek.Sunday] }] });

        Assert.False(schedule.IsActive(Time("2023-10-01T03:59Z")));
        Assert.True(schedule.IsActive(Time("2023-10-01T04:00Z")));
    }

    [Fact]
    public void IsActive_OrdinaryDay_AllocatesNothing()
    {
        var schedule = Of(new() { Id = "x", Weekly = [new() { From = "22:00", To = "06:00" }] });
        var at = Time("2026-07-03T20:30Z");
        schedule.IsActive(at);

        var allocated = Allocations.Least(() =>
        {
            for (var i = 0; i < 100; i++)
                schedule.IsActive(at.AddMinutes(i));
        });

        Assert.Equal(0, allocated);
    }

    private static int Minutes(Schedule schedule, string from) =>
        Enumerable.Range(0, 72 * 60).Count(minute => schedule.IsActive(Time(from).AddMinutes(minute)));

    private static Schedule Of(ScheduleOptions options) => new(options, "Europe/Berlin");

    private static DateTimeOffset Time(string text) =>
        DateTimeOffset.ParseExact(text, "yyyy-MM-dd'T'HH:mm'Z'", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
}
