using System.Globalization;
using System.Text.RegularExpressions;

namespace Appliance.Core.Outputs;

/// <summary>
/// Flashes: phases that are on and off in turn, repeated. Written <c>on 0.5 s, off 0.5 s × 10</c> (<c>x</c> for × is fine). A pure
/// function of the time since its start, so it does not drift.
/// </summary>
public sealed partial class OutputPattern
{
    /// <summary>Shorter phases wear a relay out and are seen by nobody.</summary>
    public static readonly TimeSpan ShortestPhase = TimeSpan.FromMilliseconds(50);

    public static readonly TimeSpan LongestPhase = TimeSpan.FromMinutes(10);

    private const int MaxPhases = 16;
    private const int MaxTimes = 1000;

    private readonly TimeSpan[] _phases;
    private readonly TimeSpan _period;

    private OutputPattern(TimeSpan[] phases, int times)
    {
        (_phases, Times) = (phases, times);
        _period = phases.Aggregate(TimeSpan.Zero, static (sum, phase) => sum + phase);
        // The last off phase is what follows anyway.
        Length = (_period * times) - (phases.Length % 2 == 0 ? phases[^1] : TimeSpan.Zero);
        ShortestOff = phases.Where((_, index) => index % 2 == 1).DefaultIfEmpty(TimeSpan.MaxValue).Min();
    }

    /// <summary>How often the phases are gone through.</summary>
    public int Times { get; }

    /// <summary>From the first flash to the end of the last.</summary>
    public TimeSpan Length { get; }

    /// <summary>The shortest pause between two flashes; an output's minimum off-time must not be longer.</summary>
    public TimeSpan ShortestOff { get; }

    /// <summary>Whether it is on at that time since its start, and when that changes (counted from the start).</summary>
    public bool IsOn(TimeSpan since, out TimeSpan next)
    {
        next = Length;
        if (since >= Length || since < TimeSpan.Zero)
            return false;

        var round = since.Ticks / _period.Ticks;
        var end = _period * round;
        for (var i = 0; i < _phases.Length; i++)
        {
            end += _phases[i];
            if (since >= end)
                continue;

            next = end < Length ? end : Length;
            return i % 2 == 0;
        }

        return false;
    }

    /// <summary>Null: <paramref name="fault"/> says why.</summary>
    public static OutputPattern? Parse(string text, out string fault)
    {
        if (Form().Match(text) is not { Success: true } match)
        {
            fault = "must be like \"on 0.5 s, off 0.5 s × 10\": on and off in turn, times in ms, s or min";
            return null;
        }

        var phases = match.Groups["word"].Captures
            .Zip(match.Groups["number"].Captures, match.Groups["unit"].Captures)
            .Select(phase => (On: phase.First.Value == "on", Length: Span(phase.Second.Value, phase.Third.Value)))
            .ToArray();
        var times = match.Groups["times"] is { Success: true } group ? int.Parse(group.Value, CultureInfo.InvariantCulture) : 1;
        fault = WhyNot(phases, times) ?? "";
        return fault.Length == 0 ? new([.. phases.Select(phase => phase.Length)], times) : null;
    }

    public override string ToString() =>
        string.Join(", ", _phases.Select((phase, i) => FormattableString.Invariant($"{(i % 2 == 0 ? "on" : "off")} {phase.TotalSeconds:0.###} s")))
        + (Times > 1 ? FormattableString.Invariant($" × {Times}") : "");

    private static string? WhyNot((bool On, TimeSpan Length)[] phases, int times)
    {
        if (phases.Length > MaxPhases)
            return $"must not have more than {MaxPhases} phases";
        if (phases.Where((phase, index) => phase.On != (index % 2 == 0)).Any())
            return "must begin with on and go on and off in turn";
        if (phases.Any(phase => phase.Length < ShortestPhase || phase.Length > LongestPhase))
            return "each phase must be between 50 ms and 10 min";
        if (times is < 1 or > MaxTimes)
            return $"must be repeated 1 to {MaxTimes} times";
        return times > 1 && phases.Length % 2 == 1 ? "needs an off at its end to be repeated" : null;
    }

    private static TimeSpan Span(string number, string unit)
    {
        var value = double.Parse(number, CultureInfo.InvariantCulture);
        return TimeSpan.FromMilliseconds(unit switch { "ms" => value, "s" => 1000 * value, _ => 60_000 * value });
    }

    [GeneratedRegex(
        @"^\s*(?<phase>(?<word>on|off)\s+(?<number>\d{1,6}(?:\.\d{1,3})?)\s*(?<unit>ms|s|min)\s*(?:,\s*(?=o)|(?=[x×*]|$)))+(?:[x×*]\s*(?<times>\d{1,4}))?\s*$",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
