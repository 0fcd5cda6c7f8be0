namespace Appliance.Inference.Preprocessing;

/// <summary>
/// Where each target position of one axis looks in the source: a window of <see cref="Window"/> samples with equal weight that
/// starts at <c>Starts[i] + Fractions[i]</c>. A window of 1 is bilinear interpolation; at ratios from 1.5 the window is as wide as
/// the ratio, which averages what would otherwise alias. Pixel centres are at .5 as in OpenCV; borders repeat.
/// </summary>
internal sealed class AxisTable
{
    // Sums of 16 × 16 bytes fit 16 bits. Larger reductions skip samples: 16 of them per pixel are smooth enough.
    private const int WidestWindow = 16;

    private AxisTable(int source, int target)
    {
        Source = source;
        Target = target;
        var ratio = (double)source / target;
        Window = Math.Clamp((int)Math.Round(ratio, MidpointRounding.AwayFromZero), 1, Math.Min(source, WidestWindow));
        Starts = new int[target];
        Fractions = new float[target];
        IsExact = true;
        for (var i = 0; i < target; i++)
        {
            var position = Math.Clamp(((i + 0.5) * ratio) - (Window / 2.0), 0, source - Window);
            Starts[i] = (int)position;
            Fractions[i] = (float)(position - Starts[i]);
            IsExact &= Fractions[i] == 0 && Starts[i] == i * Window;
        }
    }

    internal int Source { get; }

    internal int Target { get; }

    /// <summary>Source samples that one target sample averages.</summary>
    internal int Window { get; }

    /// <summary>Windows lie side by side without fractions: 1:1, 2:1, 3:1, …</summary>
    internal bool IsExact { get; }

    internal int[] Starts { get; }

    /// <summary>0 ≤ f &lt; 1. Where it is not 0, sample <c>start + window</c> exists.</summary>
    internal float[] Fractions { get; }

    internal static AxisTable Create(int source, int target) => new(source, target);
}
