using Appliance.Learning.Flower;

namespace Appliance.Learning.Heads;

/// <summary>How a head is trained in one round. What a server asks for is brought into safe ranges.</summary>
public sealed record TrainingSettings
{
    public double LearningRate { get; init; } = 0.05;

    public int Epochs { get; init; } = 5;

    public int BatchSize { get; init; } = 32;

    /// <summary>Weight of half the squared length of the parameters.</summary>
    public double L2 { get; init; } = 1e-4;

    /// <summary>FedProx (Li et al., 2020): weight of half the squared distance to where the round began.</summary>
    public double ProxMu { get; init; }

    /// <summary>Fewer labelled examples than this are not trained on.</summary>
    public int MinExamples { get; init; } = 20;

    /// <summary>The server asks for clipping by this norm; null = it does not.</summary>
    public double? ClippingNorm { get; init; }

    public static TrainingSettings From(RoundTask task)
    {
        var norm = task.Number("clipping_norm", 0);
        return new()
        {
            LearningRate = Within(task, "lr", 0.05, 1e-5, 1),
            Epochs = (int)Within(task, "local-epochs", 5, 1, 100),
            BatchSize = (int)Within(task, "batch-size", 32, 1, 1024),
            L2 = Within(task, "l2", 1e-4, 0, 1),
            ProxMu = Within(task, "prox-mu", 0, 0, 100),
            MinExamples = (int)Within(task, "min-examples", 20, 2, 1_000_000),
            ClippingNorm = norm > 0 && double.IsFinite(norm) ? norm : null,
        };
    }

    private static double Within(RoundTask task, string key, double otherwise, double least, double most)
    {
        var value = task.Number(key, otherwise);
        return double.IsFinite(value) ? Math.Clamp(value, least, most) : otherwise;
    }
}
