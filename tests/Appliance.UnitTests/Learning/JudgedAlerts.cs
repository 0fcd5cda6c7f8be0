using Appliance.Core.Alerts;
using Appliance.Core.Cameras;
using Appliance.Core.Learning;

namespace Appliance.UnitTests.Learning;

/// <summary>Judged alerts from a seed: right ones are more alike, sharper and longer seen than false alarms.</summary>
internal static class JudgedAlerts
{
    public static readonly DateTimeOffset Start = new(2026, 7, 1, 0, 0, 0, TimeSpan.Zero);

    public static List<TrainingSample> Make(int count, int seed, string camera = "gate", double confirmedShare = 0.6, DateTimeOffset? from = null)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(0, count).Select(i =>
            {
                var confirmed = random.NextDouble() < confirmedShare;
                return new TrainingSample(
                    new($"ALERT-{seed}-{i}"), new(camera), (from ?? Start).AddMinutes(10 * i), AlertKinds.Watchlist, confirmed, Features(random, confirmed));
            }),
        ];
    }

    public static float[] Features(Random random, bool confirmed)
    {
        var good = confirmed ? 1 : 0;
        return
        [
            At(0.48 + (0.12 * good), 0.06), At(0.12 + (0.15 * good), 0.07), At(0.04 + (0.12 * good), 0.06), At(4.2 + (0.3 * good), 0.4),
            At(0.8 + (0.06 * good), 0.08), At(2.9 + (0.4 * good), 0.6), At(24 - (8 * good), 9), At(14 - (3 * good), 8),
            At(0.45, 0.12), At(0.16, 0.05), At(2.5 + (0.5 * good), 0.7), At(0.9, 0.1),
        ];

        float At(double mean, double deviation)
        {
            var sum = 0.0;
            for (var i = 0; i < 12; i++)
                sum += random.NextDouble();
            return (float)(mean + (deviation * (sum - 6)));
        }
    }
}
