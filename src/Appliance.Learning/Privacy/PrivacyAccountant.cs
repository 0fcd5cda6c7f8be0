namespace Appliance.Learning.Privacy;

/// <summary>
/// What was given away by sending noisy updates. The Gaussian mechanism with noise multiplier z = σ/c has Rényi divergence
/// α/(2z²) (Mironov 2017); releases add up, so one number ρ = Σ 1/(2z²) is the whole state. Shown as (ε, δ) by the conversion of Canonne,
/// Kamath and Steinke (2020). The unit is the box's whole contribution to a round (there or not); no amplification by sampling is
/// claimed, because the server does the sampling.
/// </summary>
public sealed class PrivacyAccountant(double rho = 0)
{
    /// <summary>Σ 1/(2z²) so far.</summary>
    public double Rho { get; private set; } = rho;

    /// <summary>Counts one release. Without noise there is no guarantee to be spent: call it only when noise was added.</summary>
    public void Spend(double noiseMultiplier)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(noiseMultiplier);
        Rho += 1 / (2 * noiseMultiplier * noiseMultiplier);
    }

    /// <summary>What ε would be after one more release.</summary>
    public double EpsilonAfter(double noiseMultiplier, double delta) =>
        Epsilon(Rho + (1 / (2 * noiseMultiplier * noiseMultiplier)), delta);

    /// <summary>ε for <paramref name="delta"/>.</summary>
    public double Epsilon(double delta) => Epsilon(Rho, delta);

    private static double Epsilon(double rho, double delta)
    {
        if (rho <= 0)
            return 0;

        // The best order, found on a fine grid around where the plain conversion has its optimum.
        var best = double.MaxValue;
        var middle = 1 + Math.Sqrt(Math.Log(1 / delta) / rho);
        for (var step = -200; step <= 200; step++)
        {
            var alpha = 1 + ((middle - 1) * Math.Exp(step / 50.0));
            var epsilon = (alpha * rho) + Math.Log(1 - (1 / alpha)) - ((Math.Log(delta) + Math.Log(alpha)) / (alpha - 1));
            best = Math.Min(best, epsilon);
        }

        return Math.Max(0, best);
    }
}
