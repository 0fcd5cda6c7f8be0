using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Appliance.IntegrationTests.FabricGateway.Support;

namespace Appliance.Benchmarks.Fabric;

/// <summary>
/// Boxes post signed headers over HTTPS with client certificates; the companion's own process checks, keeps (synchronous=FULL), endorses,
/// submits and confirms them at the Fabric double, which runs in this process beside the boxes.
/// <c>companion [--seconds N] [--boxes N] [--rate N]</c>: as fast as it goes with one header per transaction, then at a steady rate of
/// requests, then with up to 100 headers per transaction.
/// </summary>
internal static class CompanionReport
{
    public static int Run(string[] args)
    {
        var seconds = int.Parse(Arguments.After(args, "--seconds") ?? "20", CultureInfo.InvariantCulture);
        var boxes = int.Parse(Arguments.After(args, "--boxes") ?? "16", CultureInfo.InvariantCulture);
        var rate = int.Parse(Arguments.After(args, "--rate") ?? "70", CultureInfo.InvariantCulture);
        Console.WriteLine("headers/transaction  submissions/s  headers/s  resident MB (largest)  managed MB  companion's cores");
        foreach (var (headers, perSecond) in ((int, int?)[])[(1, rate), (1, null), (100, null)])
            Measure(boxes, headers, perSecond, TimeSpan.FromSeconds(seconds)).GetAwaiter().GetResult();
        return 0;
    }

    private static async Task Measure(int count, int headers, int? rate, TimeSpan length)
    {
        var boxes = Enumerable.Range(1, count).Select(i => new SigningBox(FormattableString.Invariant($"B{i:000}"))).ToList();
        await using var site = await CompanionSite.Start(configuration =>
        {
            configuration["Devices"] = new JsonArray(
                [.. boxes.Select(box => (JsonNode)new JsonObject { ["Serial"] = box.Serial, ["Address"] = box.Address })]);
            configuration["Anchoring"]!["MaxHeaders"] = headers;
            configuration["Storage"]!["MaxPending"] = 1000;
        });
        await using var companion = await site.Run();
        using var stop = new CancellationTokenSource();
        var feeding = boxes.ConvertAll(box => Task.Run(() => Feed(site, companion, box, headers, rate is { } all ? TimeSpan.FromSeconds((double)count / all) : null, stop.Token)));

        // The first seconds belong to the compiler.
        await Task.Delay(TimeSpan.FromSeconds(5));
        var (transactions, anchored) = Count(site);
        var cpu = Cpu(companion);
        var started = Stopwatch.GetTimestamp();
        var resident = 0L;
        while (Stopwatch.GetElapsedTime(started) < length)
        {
            await Task.Delay(200);
            resident = Math.Max(resident, companion.ResidentBytes);
        }

        var elapsed = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var (transactionsAfter, anchoredAfter) = Count(site);
        var managed = await Managed(companion);
        var cores = (Cpu(companion) - cpu).TotalSeconds / elapsed;
        await stop.CancelAsync();
        await Task.WhenAll(feeding);
        Console.WriteLine(FormattableString.Invariant(
            $"{headers,19}  {(transactionsAfter - transactions) / elapsed,13:0}  {(anchoredAfter - anchored) / elapsed,9:0}  {resident / 1e6,21:0}  {managed / 1e6,10:0}  {cores,17:0.00}"));
        await companion.Process.Stop();
    }

    private static async Task<double> Managed(Companion companion)
    {
        using var http = new HttpClient { BaseAddress = companion.Observe };
        var line = (await http.GetStringAsync("/metrics")).Split('\n').First(line => line.StartsWith("watchpost_fabric_managed_bytes ", StringComparison.Ordinal));
        return double.Parse(line.AsSpan(line.IndexOf(' ') + 1), CultureInfo.InvariantCulture);
    }

    /// <summary>One box: a request of as many headers as go into a transaction, one after the other.</summary>
    private static async Task Feed(CompanionSite site, Companion companion, SigningBox box, int headers, TimeSpan? every, CancellationToken stop)
    {
        using var pace = every is { } interval ? new PeriodicTimer(interval) : null;
        using var http = site.Client(companion.Boxes!, box.Serial);
        try
        {
            while (!stop.IsCancellationRequested)
            {
                if (pace is not null)
                    await pace.WaitForNextTickAsync(stop);
                var body = new JsonObject { ["batches"] = box.NextBatches(headers) };
                while (true)
                {
                    using var answer = await http.PostAsJsonAsync("/v1/batches", body, stop);
                    if (answer.IsSuccessStatusCode)
                        break;
                    // 429: enough waits for the ledger.
                    await Task.Delay(100, stop);
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
    }

    private static (int Transactions, int Headers) Count(CompanionSite site)
    {
        var valid = site.Network.Ledger.Transactions.Where(transaction => transaction.IsValid).ToList();
        return (valid.Count, valid.Sum(transaction => transaction.Call.Writes.Count));
    }

    private static TimeSpan Cpu(Companion companion)
    {
        using var process = Process.GetProcessById(companion.Process.Id);
        return process.TotalProcessorTime;
    }
}
