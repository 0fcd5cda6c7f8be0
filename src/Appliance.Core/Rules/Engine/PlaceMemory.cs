namespace Appliance.Core.Rules.Engine;

/// <summary>Since when the condition of a rule holds in a place.</summary>
internal struct PlaceMemory
{
    private TimeSpan? _since;
    private TimeSpan? _gone;

    /// <summary>Whether it fired for this stretch.</summary>
    public bool Said { get; set; }

    public void Hold(TimeSpan now)
    {
        _since ??= now;
        _gone = null;
    }

    /// <summary>It does not hold; a break shorter than the grace does not count.</summary>
    public void Drop(TimeSpan now, TimeSpan grace)
    {
        _gone ??= now;
        if (_since is not null && now - _gone >= grace)
            (_since, Said) = (null, false);
    }

    public readonly TimeSpan Held(TimeSpan now) => _since is { } since ? now - since : TimeSpan.Zero;

    /// <summary>Whether it holds long enough and nothing was said yet.</summary>
    public readonly bool Ripe(TimeSpan now, TimeSpan after, RuleTally tally)
    {
        if (_since is null || _gone is not null)
            return false;

        var held = Held(now);
        if (held > tally.Longest)
            tally.Longest = held;
        return !Said && held >= after;
    }
}
