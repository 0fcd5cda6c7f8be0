namespace Appliance.Core.Recognition;

/// <summary>
/// The similarity from which a template counts as a person's. The more templates are enrolled, the more chances a stranger
/// has: false alarms per search grow in proportion to their number, while the impostor tail of an embedder falls by about a
/// factor of ten per <see cref="PerDecade"/>. So the threshold moves by that much per decade from 1000 templates, up and down; below
/// <see cref="Smallest"/> templates it stays.
/// </summary>
/// <param name="Verify">One against one, best accuracy.</param>
/// <param name="Identify">One against about 1000 enrolled templates, 1 % of strangers passing.</param>
/// <param name="PerDecade">Added per factor of ten.</param>
public readonly record struct MatchThreshold(float Verify, float Identify, float PerDecade = 0.06f)
{
    /// <summary>
    /// face-reidentification-retail-0095, measured on LFW: 0.27 verifies best, 0.32 and 0.43 give FAR 1e-3 and 1e-4,
    /// 0.46–0.52 lets 1 % of strangers pass with 500–1200 enrolled.
    /// </summary>
    public static MatchThreshold Retail0095 { get; } = new(Verify: 0.27f, Identify: 0.48f);

    /// <summary>Watchlists below this size are judged as if they had it: 0.44 with retail-0095, still above its FAR of 1e-4 (0.43).</summary>
    public const int Smallest = 200;

    /// <summary>The threshold with <paramref name="enrolled"/> templates in the index.</summary>
    public float At(int enrolled) => Identify + (PerDecade * MathF.Log10(Math.Max(enrolled, Smallest) / 1000f));
}
