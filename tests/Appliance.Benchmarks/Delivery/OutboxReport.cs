using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Appliance.Core;
using Appliance.Core.Alerts;
using Appliance.Core.Evidence;
using Appliance.Delivery.Mqtt;
using Appliance.Native.Mosquitto;
using Appliance.Store;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.Benchmarks.Delivery;

/// <summary>
/// Alert raised → durable in SQLite (synchronous=FULL) → signed → published with QoS 1 → acknowledged → marked delivered, against the
/// broker at <c>--broker HOST:PORT</c>: throughput of a backlog, and latency to a subscriber at a steady rate.
/// <c>outbox --broker HOST:PORT [--alerts N] [--rate R]</c>.
/// </summary>
internal static class OutboxReport
{
    private const int LatencyAlerts = 500;

    public static int Run(string[] args)
    {
        if (Arguments.After(args, "--broker")?.Split(':') is not [var host, var port])
        {
            Console.Error.WriteLine("usage: outbox --broker HOST:PORT [--alerts N] [--rate R]");
            return 2;
        }

        var broker = new MqttOptions { Host = host, Port = int.Parse(port, CultureInfo.InvariantCulture) };
        var alerts = int.Parse(Arguments.After(args, "--alerts") ?? "20000", CultureInfo.InvariantCulture);
        var rate = int.Parse(Arguments.After(args, "--rate") ?? "50", CultureInfo.InvariantCulture);
        Measure(broker, alerts, rate).GetAwaiter().GetResult();
        return 0;
    }

    private static async Task Measure(MqttOptions options, int alerts, int rate)
    {
        var folder = Directory.CreateTempSubdirectory("watchpost-bench-").FullName;
        try
        {
            await using var store = await ApplianceStore.Open(
                new() { DataDirectory = folder, Destinations = MqttDelivery.Destinations(options) },
                TimeProvider.System,
                NullLoggerFactory.Instance);
            await Fill(store, 200);
            var seconds = await Fill(store, alerts);
            Console.WriteLine($"stored     {alerts / seconds,10:0} alerts/s  ({alerts} alerts, group commit, synchronous=FULL)");

            using var stop = new CancellationTokenSource();
            using var signer = Signer();
            var delivery = new MqttDelivery(
                options, new("bench", "bench", "0", Guid.NewGuid()), store.Outbox, TimeProvider.System, NullLoggerFactory.Instance, signer);
            var started = Stopwatch.GetTimestamp();
            var running = delivery.Run(stop.Token);
            var outbox = store.Outbox(MqttDelivery.Destinations(options)[0]);
            while (outbox.Depth > 0)
                await Task.Delay(5);
            seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            Console.WriteLine($"delivered  {(alerts + 200) / seconds,10:0} alerts/s  (outbox → signed (ES256) → PUBACK → marked, connect included)");

            started = Stopwatch.GetTimestamp();
            await Fill(store, alerts);
            while (outbox.Depth > 0)
                await Task.Delay(5);
            seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
            Console.WriteLine($"end to end {alerts / seconds,10:0} alerts/s  (raised → stored → signed → PUBACK → marked, all at once)");

            Print(await Latency(store, options, rate), rate);
            await stop.CancelAsync();
            await running;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static JwsSigner Signer()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=bench", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return new([certificate], "watchpost-alert+jws");
    }

    private static async Task<double> Fill(ApplianceStore store, int alerts)
    {
        var made = Enumerable.Range(0, alerts).Select(_ => Make()).ToArray();
        var started = Stopwatch.GetTimestamp();
        foreach (var batch in made.Chunk(256))
            await Task.WhenAll(batch.Select(alert => store.Alerts.Append(alert, default).AsTask()));
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static async Task<List<double>> Latency(ApplianceStore store, MqttOptions options, int rate)
    {
        using var consumer = MosquittoClient.Connect(
            new() { Host = options.Host, Port = options.EffectivePort, ClientId = "bench-consumer", CleanStart = true });
        await consumer.Connected;
        consumer.Subscribe("ea/bench/cam/#", 1);
        await consumer.Acks.ReadAsync();
        var milliseconds = new List<double>(LatencyAlerts);
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1.0 / rate));
        for (var i = 0; i < LatencyAlerts; i++)
        {
            await pace.WaitForNextTickAsync();
            var started = Stopwatch.GetTimestamp();
            await store.Alerts.Append(Make(), default);
            await consumer.Messages.ReadAsync();
            milliseconds.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        consumer.Disconnect();
        await consumer.Ended;
        milliseconds.Sort();
        return milliseconds;
    }

    private static void Print(List<double> sorted, int rate) => Console.WriteLine(
        $"latency    p50 {At(sorted, 0.50):0.0} ms, p95 {At(sorted, 0.95):0.0} ms, p99 {At(sorted, 0.99):0.0} ms  "
        + $"(raised → stored → at a subscriber, {rate}/s, {sorted.Count} alerts)");

    private static double At(List<double> sorted, double share) => sorted[(int)(share * (sorted.Count - 1))];

    private static Alert Make()
    {
        var now = DateTimeOffset.UtcNow;
        return new()
        {
            Id = new(Ulid.New(now)),
            BootId = Guid.NewGuid(),
            Kind = AlertKinds.Watchlist,
            Severity = Severity.Critical,
            Camera = new("gate"),
            Utc = now,
            Box = new(612.5f, 201, 88, 110),
            FrameWidth = 1280,
            FrameHeight = 720,
            DetectionScore = 0.93f,
            Match = new(new(Ulid.New(now)), "Jane Example", "banned", 0.74f, 0.41f, 0.52f, 4),
            Models = ["yunet_s_dynamic", "face-reidentification-retail-0095"],
        };
    }
}
