using System.Numerics.Tensors;

namespace Appliance.Learning.Heads;

/// <summary>Mini-batch gradient descent. Deterministic for a seed; the governor is asked before every batch.</summary>
public static class Trainer
{
    /// <param name="head">What is trained.</param>
    /// <param name="start">Where it begins; not changed.</param>
    /// <param name="examples">All of the form that the head takes.</param>
    /// <param name="settings">How.</param>
    /// <param name="seed">Order of the examples.</param>
    /// <param name="mayGoOn">Asked before every batch: false ends the training with what is there.</param>
    /// <returns>The new parameters and the mean loss of the last epoch.</returns>
    public static (float[] Parameters, double Loss) Train(
        Head head, ReadOnlySpan<float> start, IReadOnlyList<HeadExample> examples, TrainingSettings settings, int seed, Func<bool> mayGoOn)
    {
        var from = start.ToArray();
        var parameters = start.ToArray();
        var gradient = new float[parameters.Length];
        var drift = new float[parameters.Length];
        var order = Enumerable.Range(0, examples.Count).ToArray();
        var random = new Random(seed);
        var loss = 0.0;
        for (var epoch = 0; epoch < settings.Epochs; epoch++)
        {
            random.Shuffle(order);
            var sum = 0.0;
            for (var at = 0; at < order.Length; at += settings.BatchSize)
            {
                if (!mayGoOn())
                    return (parameters, loss);

                Array.Clear(gradient);
                var count = Math.Min(settings.BatchSize, order.Length - at);
                for (var i = at; i < at + count; i++)
                    sum += head.Learn(parameters, examples[order[i]], 1.0 / count, gradient);

                TensorPrimitives.MultiplyAdd(parameters, (float)settings.L2, gradient, gradient);
                if (settings.ProxMu > 0)
                {
                    TensorPrimitives.Subtract(parameters, from, drift);
                    TensorPrimitives.MultiplyAdd(drift, (float)settings.ProxMu, gradient, gradient);
                }

                TensorPrimitives.MultiplyAdd(gradient, -(float)settings.LearningRate, parameters, parameters);
            }

            loss = sum / Math.Max(1, order.Length);
        }

        return (parameters, loss);
    }
}
