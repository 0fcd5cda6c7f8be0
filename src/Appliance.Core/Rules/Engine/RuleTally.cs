namespace Appliance.Core.Rules.Engine;

/// <summary>Why a rule did or did not fire on a camera so far: counted as it goes, so that the question can be answered later.</summary>
public sealed class RuleTally
{
    /// <summary>Frames while it counted.</summary>
    public long Frames { get; internal set; }

    /// <summary>Frames outside its schedule.</summary>
    public long OutOfSchedule { get; internal set; }

    /// <summary>Sightings in its places (or, for lines, crossings in any direction).</summary>
    public long Present { get; internal set; }

    /// <summary>Of those: of people who do not count for it.</summary>
    public long OtherPeople { get; internal set; }

    /// <summary>Line crossings in the other direction.</summary>
    public long OtherWay { get; internal set; }

    /// <summary>Longest time its condition held.</summary>
    public TimeSpan Longest { get; internal set; }

    /// <summary>Most faces in one of its places at a time.</summary>
    public int Most { get; internal set; }

    /// <summary>Times it applied during its cooldown.</summary>
    public long Cooled { get; internal set; }

    /// <summary>Times it fired.</summary>
    public long Fired { get; internal set; }
}
