namespace Appliance.Core.Recognition;

/// <summary>
/// The similarity from which a template counts as a person's. The more templates are enrolled, the more chances a stranger
/// has: false alarms per search grow in proportion to their number, while the impostor tail of an embedder falls by about a
/// factor of ten per <see cref="PerDecade"/>. So the threshold moves by that much per decade from 1000 templates, up and down; below
/// <paramref name="Smallest"/> templates it stays.
/// </summary>
/// <param name="Verify">One against one, best accuracy.</param>
/// <param name="Identify">One against about 1000 enrolled templates, 1 % of strangers passing.</param>
/// <param name="PerDecade">Added per factor of ten.</param>
/// <param name="Smallest">Watchlists below this many templates are judged as if they had them.</param>
public readonly record struct MatchThreshold(float Verify, float Identify, float PerDecade = 0.06f, int Smallest = 1000)
{
    /// <summary>
    /// face-reidentification-retail-0095, measured on LFW: 0.27 verifies best, 0.32 and 0.43 give FAR 1e-3 and 1e-4,
    /// 0.46–0.52 lets 1 % of strangers pass with 500–1200 enrolled. At <see cref="Measured"/>'s 200 templates that is 0.44, still
    /// above the FAR of 1e-4.
    /// </summary>
    public static MatchThreshold Retail0095 { get; } = Measured(verify: 0.27f, identify: 0.48f);

    /// <summary>Of an embedder whose curve was measured, so that it may be followed down as well.</summary>
    public static MatchThreshold Measured(float verify, float identify) => new(verify, identify, Smallest: 200);

    /// <summary>The same with an operator's own threshold, which no small watchlist lowers.</summary>
    public MatchThreshold Configured(float identify) => this with { Identify = identify, Smallest = 1000 };

    /// <summary>The threshold with <paramref name="enrolled"/> templates in the index.</summary>
    public float At(int enrolled) => Identify + (PerDecade * MathF.Log10(Math.Max(enrolled, Smallest) / 1000f));
}
