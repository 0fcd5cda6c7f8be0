namespace Appliance.Core.Alerts;

/// <summary>Alert numbers of one box, from first to last inclusive.</summary>
public readonly record struct SeqRange(long First, long Last)
{
    /// <summary>Largest number on the wire: what a JSON number holds exactly everywhere (2⁵³ − 1).</summary>
    public const long Largest = (1L << 53) - 1;

    /// <summary>How many numbers.</summary>
    public long Count => Last - First + 1;

    /// <summary>Whether such numbers can exist.</summary>
    public bool IsValid => First >= 1 && First <= Last && Last <= Largest;

    public override string ToString() => First == Last ? $"{First}" : $"{First}–{Last}";
}
