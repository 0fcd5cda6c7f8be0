using System.Numerics.Tensors;
using Appliance.Core.Learning;

namespace Appliance.Learning.Heads;

/// <summary>
/// Head <c>calib</c>: logistic regression on the twelve standardised alert features. Convex, so averaging over boxes behaves well.
/// Means and scales are constants, never learnt and never sent.
/// </summary>
public sealed class CalibrationHead : Head
{
    // Typical of alerts on the pole cameras of the demo and of LFW crops; what matters is that every box uses the same.
    private static readonly float[] s_mean = [0.55f, 0.25f, 0.08f, 4.4f, 0.85f, 3.2f, 18, 12, 0.45f, 0.17f, 2.8f, 0.9f];
    private static readonly float[] s_scale = [0.15f, 0.15f, 0.10f, 0.5f, 0.10f, 0.8f, 14, 10, 0.15f, 0.06f, 0.9f, 0.2f];

    private readonly float[] _mean;
    private readonly float[] _scale;

    /// <param name="mean">Another mean per feature (ConfigRecord <c>feature-mean</c>); null = the contract's constants.</param>
    /// <param name="scale">Another scale per feature (<c>feature-scale</c>).</param>
    /// <exception cref="ArgumentException">Not twelve finite numbers, or a scale that is not positive.</exception>
    public CalibrationHead(float[]? mean = null, float[]? scale = null)
    {
        (_mean, _scale) = (mean ?? s_mean, scale ?? s_scale);
        if (_mean.Length != AlertFeatures.Count || _scale.Length != AlertFeatures.Count
            || !Array.TrueForAll(_mean, float.IsFinite) || !Array.TrueForAll(_scale, each => each > 0 && float.IsFinite(each)))
        {
            throw new ArgumentException($"{AlertFeatures.Count} finite means and positive scales are needed");
        }
    }

    public override string Name => "calib";

    public override IReadOnlyList<(string Name, int[] Shape)> Layout { get; } =
        [("calib.weight", [1, AlertFeatures.Count]), ("calib.bias", [1])];

    public override float[] Initial() => new float[AlertFeatures.Count + 1];

    public override bool Takes(HeadExample example) => example.Input.Length == AlertFeatures.Count;

    public override double Logit(ReadOnlySpan<float> parameters, HeadExample example)
    {
        Span<float> x = stackalloc float[AlertFeatures.Count];
        Standardise(example.Input, x);
        return TensorPrimitives.Dot(parameters[..AlertFeatures.Count], x) + parameters[AlertFeatures.Count];
    }

    protected override double Backpropagate(
        ReadOnlySpan<float> parameters, HeadExample example, Func<double, double> factor, Span<float> gradient)
    {
        Span<float> x = stackalloc float[AlertFeatures.Count];
        Standardise(example.Input, x);
        var logit = TensorPrimitives.Dot(parameters[..AlertFeatures.Count], x) + parameters[AlertFeatures.Count];
        var slope = (float)factor(logit);
        TensorPrimitives.MultiplyAdd(x, slope, gradient[..AlertFeatures.Count], gradient[..AlertFeatures.Count]);
        gradient[AlertFeatures.Count] += slope;
        return logit;
    }

    private void Standardise(ReadOnlySpan<float> features, Span<float> x)
    {
        TensorPrimitives.Subtract(features, _mean, x);
        TensorPrimitives.Divide(x, _scale, x);
        // One absurd measurement must not outweigh all others.
        for (var i = 0; i < x.Length; i++)
            x[i] = Math.Clamp(x[i], -5, 5);
    }
}
