using Appliance.Core.Learning;
using Appliance.Learning.Heads;

namespace Appliance.Learning.Simulation;

/// <summary>
/// One box with its own kind of place: how much false alarms there look like right ones, how near and bright faces are, how many of
/// its alerts anyone has judged. What makes an alert right is the same everywhere; how it looks is not.
/// </summary>
/// <remarks>
/// Similarities follow the figures of face-reidentification-retail-0095 on LFW that the product's thresholds rest on (MatchThreshold:
/// false accepts of 1e-3 at 0.32 and 1e-4 at 0.43, so the tail of strangers falls by a factor of ten per 0.11; threshold 0.44 at 200
/// templates). All other features are drawn from made-up site conditions: nobody has labelled alerts of a hundred sites.
/// </remarks>
internal sealed class SimulatedSite
{
    private const double Threshold = 0.44;
    private const double StrangerTail = 0.11 / 2.302585;
    private const double GenuineMean = 0.63;
    private const double GenuineDeviation = 0.11;

    // Of the operators' clicks, this share is on the wrong button.
    private const double Slips = 0.03;

    private readonly Random _random;
    private readonly double _near;
    private readonly double _light;
    private readonly double _blur;
    private readonly double _turned;
    private readonly double _confirmedShare;

    public SimulatedSite(int number, int seed)
    {
        _random = new(HashCode.Combine(seed, number));
        (_near, _light, _blur, _turned) = (Normal() * 0.35, Normal() * 0.1, Normal() * 0.5, Normal() * 5);
        _confirmedShare = 0.25 + (0.6 * _random.NextDouble());
        // From a dozen judged alerts to a few hundred, few being the rule.
        var labels = (int)Math.Round(12 * Math.Pow(20, Math.Pow(_random.NextDouble(), 1.5)));
        var examples = Enumerable.Range(0, labels).Select(i => Draw($"site-{number}-alert-{i}", Slips)).ToList();
        (Training, HeldOut) = HoldOut.Split(examples);
        Judged = examples.Count;
        Future = [.. Enumerable.Range(0, 400).Select(i => Draw($"site-{number}-future-{i}", 0))];
    }

    /// <summary>Alerts that an operator has judged.</summary>
    public int Judged { get; }

    public IReadOnlyList<HeadExample> Training { get; }

    public IReadOnlyList<HeadExample> HeldOut { get; }

    /// <summary>Alerts to come, with the truth: what the figures are counted on.</summary>
    public IReadOnlyList<HeadExample> Future { get; }

    private HeadExample Draw(string id, double slips)
    {
        var right = _random.NextDouble() < _confirmedShare;
        var similarity = right ? Genuine() : Threshold - (StrangerTail * Math.Log(1 - _random.NextDouble()));
        var good = right ? 1.0 : 0.0;
        // Strangers pass more easily when small, blurred and turned away: that is what can be learnt.
        var features = new float[AlertFeatures.Count];
        features[0] = (float)similarity;
        features[1] = (float)Math.Clamp((right ? 0.28 : 0.12) + (0.08 * Normal()), 0, 1);
        features[2] = (float)(similarity - Threshold);
        features[3] = (float)(4.2 + _near + (0.25 * good) + (0.35 * Normal()));
        features[4] = (float)Math.Clamp(0.80 + (0.05 * good) + (0.07 * Normal()), 0.3, 1);
        features[5] = (float)(3.0 - _blur + (0.5 * good) + (0.6 * Normal()));
        features[6] = (float)Math.Abs(20 + _turned - (6 * good) + (10 * Normal()));
        features[7] = (float)Math.Abs(12 - (2 * good) + (8 * Normal()));
        features[8] = (float)Math.Clamp(0.45 + _light + (0.08 * Normal()), 0, 1);
        features[9] = (float)Math.Clamp(0.16 + (0.02 * good) + (0.05 * Normal()), 0, 0.5);
        features[10] = (float)(2.5 + (0.5 * good) + (0.7 * Normal()));
        features[11] = (float)Math.Clamp(0.9 + (0.1 * Normal()), 0, 1);
        return new(id, right ^ (_random.NextDouble() < slips), features, []);
    }

    private double Genuine()
    {
        while (true)
        {
            var similarity = GenuineMean + (GenuineDeviation * Normal());
            if (similarity >= Threshold)
                return Math.Min(similarity, 0.95);
        }
    }

    private double Normal() =>
        Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble());
}
