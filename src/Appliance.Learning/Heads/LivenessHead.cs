using System.Numerics.Tensors;

namespace Appliance.Learning.Heads;

/// <summary>Head <c>liveness</c>: one hidden layer of 16 (tanh) on the features of alerts that operators marked as spoof or not.</summary>
/// <param name="features">Floats of an input.</param>
public sealed class LivenessHead(int features) : Head
{
    private const int Hidden = 16;

    private int Bias1 => Hidden * features;

    private int Weight2 => Bias1 + Hidden;

    public override string Name => "liveness";

    public override IReadOnlyList<(string Name, int[] Shape)> Layout { get; } =
        [("live.w1", [Hidden, features]), ("live.b1", [Hidden]), ("live.w2", [1, Hidden]), ("live.b2", [1])];

    public override float[] Initial()
    {
        var parameters = new float[Weight2 + Hidden + 1];
        var random = new Random(1_601);
        for (var i = 0; i < Bias1; i++)
            parameters[i] = (float)((random.NextDouble() - 0.5) * 2 / Math.Sqrt(features));
        for (var i = Weight2; i < Weight2 + Hidden; i++)
            parameters[i] = (float)((random.NextDouble() - 0.5) * 2 / Math.Sqrt(Hidden));
        return parameters;
    }

    public override bool Takes(HeadExample example) => example.Input.Length == features;

    public override double Logit(ReadOnlySpan<float> parameters, HeadExample example)
    {
        Span<float> hidden = stackalloc float[Hidden];
        return Forward(parameters, example.Input, hidden);
    }

    protected override double Backpropagate(
        ReadOnlySpan<float> parameters, HeadExample example, Func<double, double> factor, Span<float> gradient)
    {
        Span<float> hidden = stackalloc float[Hidden];
        var logit = Forward(parameters, example.Input, hidden);
        var slope = (float)factor(logit);
        gradient[Weight2 + Hidden] += slope;
        for (var i = 0; i < Hidden; i++)
        {
            gradient[Weight2 + i] += slope * hidden[i];
            var back = slope * parameters[Weight2 + i] * (1 - (hidden[i] * hidden[i]));
            gradient[Bias1 + i] += back;
            var row = gradient.Slice(i * features, features);
            TensorPrimitives.MultiplyAdd(example.Input, back, row, row);
        }

        return logit;
    }

    private double Forward(ReadOnlySpan<float> parameters, ReadOnlySpan<float> input, Span<float> hidden)
    {
        for (var i = 0; i < Hidden; i++)
            hidden[i] = MathF.Tanh(TensorPrimitives.Dot(parameters.Slice(i * features, features), input) + parameters[Bias1 + i]);
        return TensorPrimitives.Dot(parameters.Slice(Weight2, Hidden), hidden) + parameters[Weight2 + Hidden];
    }
}
