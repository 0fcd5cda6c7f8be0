using Appliance.Learning.Flower;

namespace Appliance.Learning.Heads;

/// <summary>
/// A small trainable part behind a frozen network: a binary classifier whose parameters are one flat vector. Names and shapes of its
/// arrays are the contract with the federation's server. Stateless and thread-safe.
/// </summary>
public abstract class Head
{
    /// <summary><c>calib</c>, <c>adapter</c> or <c>liveness</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Arrays in order.</summary>
    public abstract IReadOnlyList<(string Name, int[] Shape)> Layout { get; }

    /// <summary>Floats in all arrays.</summary>
    public int Size => Layout.Sum(array => Length(array.Shape));

    /// <summary>Where training starts when nobody has trained before; the same on every box.</summary>
    public abstract float[] Initial();

    /// <summary>Log-odds of the positive class.</summary>
    public abstract double Logit(ReadOnlySpan<float> parameters, HeadExample example);

    /// <summary>Adds d(logit)/d(parameters) times <paramref name="factor"/> to <paramref name="gradient"/>; returns the logit.</summary>
    protected abstract double Backpropagate(
        ReadOnlySpan<float> parameters, HeadExample example, Func<double, double> factor, Span<float> gradient);

    /// <summary>Logistic loss of one example; its gradient, times <paramref name="weight"/>, is added.</summary>
    public double Learn(ReadOnlySpan<float> parameters, HeadExample example, double weight, Span<float> gradient)
    {
        var sign = example.IsPositive ? 1 : -1;
        var logit = Backpropagate(parameters, example, z => -sign * weight * Sigmoid(-sign * z), gradient);
        return Loss(sign * logit);
    }

    /// <summary>Logistic loss of one example.</summary>
    public double Loss(ReadOnlySpan<float> parameters, HeadExample example) =>
        Loss((example.IsPositive ? 1 : -1) * Logit(parameters, example));

    /// <summary>Whether the example is of the form that this head takes.</summary>
    public abstract bool Takes(HeadExample example);

    /// <summary>The flat vector as named arrays.</summary>
    public IReadOnlyList<ParameterArray> Split(ReadOnlySpan<float> parameters)
    {
        var arrays = new List<ParameterArray>();
        foreach (var (name, shape) in Layout)
        {
            var length = Length(shape);
            arrays.Add(new(name, shape, parameters[..length].ToArray()));
            parameters = parameters[length..];
        }

        return arrays;
    }

    /// <summary>Named (or, in the legacy dialect, positional) arrays as the flat vector.</summary>
    /// <exception cref="PayloadException">Other names, order or shapes than the contract's.</exception>
    public float[] Join(IReadOnlyList<ParameterArray> arrays, bool isPositional)
    {
        if (arrays.Count != Layout.Count)
            throw new PayloadException($"head {Name} has {Layout.Count} arrays, not {arrays.Count}");

        var parameters = new List<float>(Size);
        for (var i = 0; i < arrays.Count; i++)
        {
            var (name, shape) = Layout[i];
            if (!isPositional && arrays[i].Name != name)
                throw new PayloadException($"array {i} of head {Name} is '{name}'");
            if (!arrays[i].HasShape(shape))
                throw new PayloadException($"array '{name}' of head {Name} has the shape ({string.Join(", ", shape)})");
            if (!Array.TrueForAll(arrays[i].Values, float.IsFinite))
                throw new PayloadException($"array '{name}' holds NaN or infinity");
            parameters.AddRange(arrays[i].Values);
        }

        return [.. parameters];
    }

    public static double Sigmoid(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    // log(1 + e^-m) without overflow.
    private static double Loss(double margin) => margin > 0 ? Math.Log(1 + Math.Exp(-margin)) : Math.Log(1 + Math.Exp(margin)) - margin;

    private static int Length(int[] shape) => shape.Aggregate(1, (product, each) => product * each);
}
