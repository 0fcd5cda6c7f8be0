using Appliance.Benchmarks.Index;
using Appliance.Core.Analysis;
using Appliance.Core.Frames;
using Appliance.Core.Recognition;
using Appliance.Core.Rules;
using Appliance.Core.Rules.Engine;

namespace Appliance.Benchmarks.Rules;

/// <summary>CPU and bytes allocated of asking the rules about one frame, and of looking at one picture for tampering. <c>rules</c>.</summary>
internal static class RulesReport
{
    private const int Frames = 1000;

    private static readonly DateTimeOffset s_start = new(2026, 7, 1, 20, 0, 0, TimeSpan.Zero);

    public static int Run(string[] args)
    {
        Console.WriteLine("| one frame | CPU µs | ns per track and zone | bytes allocated |");
        Console.WriteLine("|---|---|---|---|");
        foreach (var (tracks, zones) in ((int, int)[])[(1, 1), (5, 5), (50, 20)])
            Print(tracks, zones);

        using var frame = new PooledFrame(1280, 720);
        new Random(1).NextBytes(frame.Writable(0));
        var check = new PictureCheck();
        var options = new PictureOptions();
        var (median, bytes) = Measure(() => check.Look(frame, options));
        Console.WriteLine($"| picture of 1280 × 720 looked at for tampering | {median:0.00} | – | {bytes:0.##} |");
        return 0;
    }

    private static void Print(int tracks, int zones)
    {
        var rules = new CameraRules(new("gate"), Rules(zones));
        var random = new Random(5);
        var sightings = new Sighting[tracks];
        var steps = new System.Numerics.Vector2[tracks];
        for (var i = 0; i < tracks; i++)
        {
            sightings[i] = new(i + 1, new(random.NextSingle(), random.NextSingle()), true, (IdentityState)(i % 3), new($"p{i}"), i % 3 == 1 ? "banned" : null);
            steps[i] = new((random.NextSingle() - 0.5f) / 50, (random.NextSingle() - 0.5f) / 50);
        }

        var found = new List<RuleFinding>(4096);
        var time = TimeSpan.Zero;
        var (median, bytes) = Measure(() =>
        {
            for (var i = 0; i < sightings.Length; i++)
            {
                var next = sightings[i].Anchor + steps[i];
                if (next.X is < 0 or > 1 || next.Y is < 0 or > 1)
                    steps[i] = -steps[i];
                else
                    sightings[i] = sightings[i] with { Anchor = next };
            }

            found.Clear();
            time += TimeSpan.FromMilliseconds(100);
            rules.Step(sightings, 0, time, s_start + (time / 60), found);
        });
        Console.WriteLine(
            $"| {tracks} tracks × {zones} zones with a rule each | {median:0.00} | {1000 * median / (tracks * zones):0.0} | {bytes:0.##} |");
    }

    /// <summary>Microseconds (median) and bytes of one call. Rules that fire allocate their finding; these never do.</summary>
    private static (double Microseconds, double Bytes) Measure(Action step)
    {
        for (var i = 0; i < Frames; i++)
            step();
        var timing = Timing.Of(15, () =>
        {
            for (var i = 0; i < Frames; i++)
                step();
        });
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Frames; i++)
            step();
        return (1000 * timing.Median / Frames, (double)(GC.GetAllocatedBytesForCurrentThread() - before) / Frames);
    }

    /// <summary>Octagons all over the picture, each with a rule that needs a day in it and counts at night only or always.</summary>
    private static RuleSet Rules(int count)
    {
        var random = new Random(9);
        var zones = Enumerable.Range(0, count).Select(i =>
        {
            var (x, y, radius) = (0.2f + (0.6f * random.NextSingle()), 0.2f + (0.6f * random.NextSingle()), 0.05f + (0.15f * random.NextSingle()));
            return new ZoneOptions
            {
                Id = $"z{i}",
                Polygon = [.. Enumerable.Range(0, 8).Select(corner => (IReadOnlyList<float>)
                    [x + (radius * MathF.Cos(corner * MathF.PI / 4)), y + (radius * MathF.Sin(corner * MathF.PI / 4))])],
            };
        }).ToList();
        var kinds = (RuleKind[])[RuleKind.Intrusion, RuleKind.Loitering, RuleKind.Occupancy, RuleKind.UnknownFace];
        return new(new()
        {
            TimeZone = "Europe/Berlin",
            Cameras = [new() { Camera = "gate", Zones = zones, Lines = [new() { Id = "door", From = [0.1f, 0.5f], To = [0.9f, 0.5f] }] }],
            Schedules = [new() { Id = "night", Weekly = [new() { From = "22:00", To = "06:00" }] }],
            Rules = [.. zones.Select((zone, i) => new RuleOptions
            {
                Id = zone.Id, Kind = kinds[i % kinds.Length], Zones = [zone.Id], After = TimeSpan.FromHours(24), Count = 1000,
                Schedule = i % 2 == 0 ? "" : "night", Categories = i % 3 == 0 ? ["banned", "unknown"] : [],
            })],
        });
    }
}
