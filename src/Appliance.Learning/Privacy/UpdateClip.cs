using System.Numerics.Tensors;

namespace Appliance.Learning.Privacy;

/// <summary>Keeps an update within a ball around what the server sent (DP-FedAvg, McMahan et al. 2018).</summary>
public static class UpdateClip
{
    /// <summary>
    /// Brings <paramref name="parameters"/> to received + s·(parameters − received), s = min(1, norm / length). No update counts as
    /// s = 1.
    /// </summary>
    /// <returns>Length before, and s.</returns>
    public static (double Norm, double Scale) Apply(ReadOnlySpan<float> received, Span<float> parameters, double norm)
    {
        var length = Length(received, parameters);
        var scale = length > norm ? norm / length : 1;
        if (scale < 1)
        {
            for (var i = 0; i < parameters.Length; i++)
                parameters[i] = (float)(received[i] + (scale * (parameters[i] - received[i])));
        }

        return (length, scale);
    }

    public static double Length(ReadOnlySpan<float> received, ReadOnlySpan<float> parameters)
    {
        var sum = 0.0;
        for (var i = 0; i < parameters.Length; i++)
            sum += ((double)parameters[i] - received[i]) * ((double)parameters[i] - received[i]);
        return Math.Sqrt(sum);
    }
}
