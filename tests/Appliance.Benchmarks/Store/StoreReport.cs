using System.Diagnostics;
using System.Globalization;
using Appliance.Core;
using Appliance.Core.Alerts;
using Appliance.Store;
using Appliance.Store.Audit;
using Appliance.Store.Watchlist;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.Benchmarks.Store;

/// <summary>
/// Alerts made durable per second (SQLite, synchronous=FULL, two destinations, sequence file synced before each commit) by how
/// many are raised at once; reading the outbox back; encrypting all again; loading a watchlist.
/// <c>store [--directory DIR] [--alerts N] [--persons N]</c>; the directory decides which disk is measured.
/// </summary>
internal static class StoreReport
{
    private static readonly string[] s_destinations = ["mqtt.native", "webhook"];

    public static int Run(string[] args)
    {
        var folder = Path.Combine(Arguments.After(args, "--directory") ?? ".", $"watchpost-bench-{Environment.ProcessId}");
        var alerts = int.Parse(Arguments.After(args, "--alerts") ?? "20000", CultureInfo.InvariantCulture);
        var persons = int.Parse(Arguments.After(args, "--persons") ?? "2000", CultureInfo.InvariantCulture);
        Directory.CreateDirectory(folder);
        try
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"sync of 4 KiB: {SyncMilliseconds(folder):F2} ms (median of 100)"));
            Measure(folder, alerts, persons).GetAwaiter().GetResult();
            return 0;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task Measure(string folder, int alerts, int persons)
    {
        var options = new StoreOptions { DataDirectory = folder, Destinations = s_destinations };
        await using var store = await ApplianceStore.Open(options, TimeProvider.System, NullLoggerFactory.Instance);
        Console.WriteLine("at once   alerts/s   p50 ms   p95 ms   p99 ms   alerts/commit   CPU µs/alert");
        foreach (var atOnce in (int[])[1, 8, 64, 256, 1024])
            await Append(store, atOnce, atOnce == 1 ? 300 : alerts);

        await Timed("outbox rows read and decrypted", () => ReadAll(store));
        await Timed("persons enrolled one by one (256-d template, 20 kB photo)", () => Enrol(store, persons));
        await Timed("records encrypted again by key rotation, while idle", async () =>
        {
            await store.RotateKey(Actor.System);
            return (store.Alerts.LastSeq) + (4 * persons);
        });
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"written to disk: {store.Health().BytesWritten >> 20} MiB; file {store.Health().FileBytes >> 20} MiB"));
    }

    private static async Task Append(ApplianceStore store, int atOnce, int count)
    {
        var before = store.Health();
        var latencies = new List<double>[atOnce];
        var cpu = Environment.CpuUsage.TotalTime;
        var started = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, atOnce).Select(n => Task.Run(async () =>
        {
            latencies[n] = [];
            for (var i = n; i < count; i += atOnce)
            {
                var one = Stopwatch.GetTimestamp();
                await store.Alerts.Append(Alert(), default);
                latencies[n].Add(Stopwatch.GetElapsedTime(one).TotalMilliseconds);
            }
        })));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        cpu = Environment.CpuUsage.TotalTime - cpu;
        var sorted = latencies.SelectMany(one => one).Order().ToList();
        var commits = store.Health().Commits - before.Commits;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{atOnce,7}   {count / seconds,8:F0}   {At(0.5),6:F1}   {At(0.95),6:F1}   {At(0.99),6:F1}   {(double)count / commits,13:F1}   {cpu.TotalMicroseconds / count,12:F0}"));

        double At(double share) => sorted[(int)((sorted.Count - 1) * share)];
    }

    private static async Task<long> ReadAll(ApplianceStore store)
    {
        long after = 0, rows = 0;
        while (await store.Outbox(s_destinations[0]).Read(after, 256, default) is { Count: > 0 } page)
            (after, rows) = (page[^1].RowId, rows + page.Count);
        return rows;
    }

    private static async Task<long> Enrol(ApplianceStore store, int persons)
    {
        var entry = new PersonEntry { Name = "Bench Person", Category = "bench", LegalBasis = "none" };
        var photo = new NewPhoto("image/jpeg", new byte[20_000], [new("bench", new float[256])], 1);
        await Parallel.ForAsync(0, persons, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (_, cancel) =>
            await store.Watchlist.Add(entry, [photo], Actor.System, cancel));
        return persons;
    }

    private static async Task Timed(string what, Func<Task<long>> work)
    {
        var started = Stopwatch.GetTimestamp();
        var count = await work();
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{what}: {count / seconds:F0}/s ({count} in {seconds:F2} s)"));
    }

    private static double SyncMilliseconds(string folder)
    {
        using var file = File.OpenHandle(Path.Combine(folder, "sync"), FileMode.Create, FileAccess.ReadWrite);
        var times = new List<double>();
        for (var i = 0; i < 100; i++)
        {
            var started = Stopwatch.GetTimestamp();
            RandomAccess.Write(file, new byte[4096], i * 4096);
            RandomAccess.FlushToDisk(file);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        return times.Order().ElementAt(50);
    }

    private static Alert Alert() => new()
    {
        Id = new(Ulid.New(DateTimeOffset.UtcNow)),
        BootId = Guid.Empty,
        Kind = AlertKinds.Watchlist,
        Severity = Severity.Warning,
        Camera = new("gate"),
        Utc = DateTimeOffset.UtcNow,
        Box = new(100, 100, 80, 80),
        Match = new(new("01BENCHPERSON"), "Bench Person", "banned", 0.8f, 0.3f, 0.5f, 4),
        Models = ["detector 1", "embedder 1"],
    };
}
