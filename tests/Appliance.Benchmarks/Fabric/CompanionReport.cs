using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Appliance.IntegrationTests.FabricGateway.Support;

namespace Appliance.Benchmarks.Fabric;

/// <summary>
/// Boxes post signed headers over HTTPS with client certificates; the companion's own process checks, keeps (synchronous=FULL), endorses,
/// submits and confirms them at the Fabric double, which runs in this process beside the boxes.
/// <c>companion [--seconds N] [--boxes N]</c>: once with one header per transaction, once with up to 100.
/// </summary>
internal static class CompanionReport
{
    public static int Run(string[] args)
    {
        var seconds = int.Parse(Arguments.After(args, "--seconds") ?? "20", CultureInfo.InvariantCulture);
        var boxes = int.Parse(Arguments.After(args, "--boxes") ?? "16", CultureInfo.InvariantCulture);
        Console.WriteLine("headers/transaction  submissions/s  headers/s  resident MB (largest)  companion's cores");
        foreach (var headers in (int[])[1, 100])
            Measure(boxes, headers, TimeSpan.FromSeconds(seconds)).GetAwaiter().GetResult();
        return 0;
    }

    private static async Task Measure(int count, int headers, TimeSpan length)
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
        var feeding = boxes.ConvertAll(box => Task.Run(() => Feed(site, companion, box, headers, stop.Token)));

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
        var cores = (Cpu(companion) - cpu).TotalSeconds / elapsed;
        await stop.CancelAsync();
        await Task.WhenAll(feeding);
        Console.WriteLine(FormattableString.Invariant(
            $"{headers,19}  {(transactionsAfter - transactions) / elapsed,13:0}  {(anchoredAfter - anchored) / elapsed,9:0}  {resident / 1e6,21:0}  {cores,17:0.00}"));
        await companion.Process.Stop();
    }

    /// <summary>One box: a request of as many headers as go into a transaction, one after the other.</summary>
    private static async Task Feed(CompanionSite site, Companion companion, SigningBox box, int headers, CancellationToken stop)
    {
        using var http = site.Client(companion.Boxes!, box.Serial);
        try
        {
            while (!stop.IsCancellationRequested)
            {
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
