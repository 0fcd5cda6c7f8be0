using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Appliance.Fabric;
using Appliance.IntegrationTests.Fabric.GatewayDouble;
using Appliance.IntegrationTests.Support;

namespace Appliance.Benchmarks.Fabric;

/// <summary>
/// Submissions through the client to the tests' gateway double over TLS, in one process: proposal signed, endorsed, checked, signed,
/// submitted, commit waited for. Single = one batch header each, batch = 100 of them. The double's work (signatures checked, envelopes, blocks)
/// is in every figure; consensus, gossip and the real contract's signature recovery are not. <c>fabric [--submissions N] [--at-once N]</c>.
/// </summary>
internal static class FabricReport
{
    private const int BatchOf = 100;

    public static int Run(string[] args)
    {
        var submissions = int.Parse(Arguments.After(args, "--submissions") ?? "1000", CultureInfo.InvariantCulture);
        var atOnce = int.Parse(Arguments.After(args, "--at-once") ?? "32", CultureInfo.InvariantCulture);
        Measure(submissions, atOnce).GetAwaiter().GetResult();
        return 0;
    }

    private static async Task Measure(int submissions, int atOnce)
    {
        using var authority = new TestAuthority();
        await using var network = await FabricDouble.Start(new() { Authority = authority, Contract = SubmitBatches });
        using var channel = network.OpenChannel();
        var (identity, signer) = network.NewMember();
        var patience = TimeSpan.FromMinutes(2);
        await using var gateway = Gateway.Connect(
            channel, identity, signer, new() { EndorseTimeout = patience, SubmitTimeout = patience, CommitStatusTimeout = patience });
        var contract = gateway.GetNetwork(network.Channel).GetContract(network.Chaincode, "evidence");

        var next = 0;
        await Submit(contract, 100, atOnce, () => Headers(ref next, 1));
        Console.WriteLine($"{submissions} submissions each, {atOnce} at once, {Environment.ProcessorCount} cores; client and double in this process");
        Console.WriteLine("| | submissions/s | headers/s | CPU ms each | p50 ms | p95 ms |");
        Console.WriteLine("|---|---|---|---|---|---|");
        foreach (var (name, count) in ((string, int)[])[("single", 1), ($"batch of {BatchOf}", BatchOf)])
            Report(name, count, submissions, await Submit(contract, submissions, atOnce, () => Headers(ref next, count)));

        var valid = network.Ledger.Transactions.Count(transaction => transaction.IsValid);
        Console.WriteLine($"ledger: {valid} valid transactions, {network.Violations.Count} violations");
    }

    private static async Task<(double Seconds, double CpuSeconds, double[] Milliseconds)> Submit(
        Contract contract, int submissions, int atOnce, Func<string> headers)
    {
        var work = Enumerable.Range(0, submissions).Select(_ => headers()).ToArray();
        var times = new double[submissions];
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        var started = Stopwatch.GetTimestamp();
        await Parallel.ForAsync(0, submissions, new ParallelOptions { MaxDegreeOfParallelism = atOnce }, async (i, cancel) =>
        {
            var begun = Stopwatch.GetTimestamp();
            await contract.SubmitAsync("SubmitBatches", [work[i]], cancel);
            times[i] = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
        });
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        Array.Sort(times);
        return (seconds, (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds, times);
    }

    private static void Report(string name, int count, int submissions, (double Seconds, double CpuSeconds, double[] Milliseconds) run) =>
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {name} | {submissions / run.Seconds:0} | {submissions * count / run.Seconds:0} | {1000 * run.CpuSeconds / submissions:0.00} | {run.Milliseconds[submissions / 2]:0.0} | {run.Milliseconds[submissions * 95 / 100]:0.0} |"));

    /// <summary>As boxes sign them; the signature is only as long as a real one.</summary>
    private static string Headers(ref int next, int count)
    {
        var headers = new List<object>(count);
        for (var i = 0; i < count; i++)
        {
            var root = Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(++next)));
            headers.Add(new { device = $"box-{next % 100:000}", seq = next, size = 1000, prev = root, root, signature = "0x" + root + root + "1b" });
        }

        return JsonSerializer.Serialize(headers);
    }

    /// <summary>Reads each key, writes what is new, answers per item and announces once: the shape of the real contract without its signatures.</summary>
    private static ValueTask<ReadOnlyMemory<byte>> SubmitBatches(ContractCall call)
    {
        using var headers = JsonDocument.Parse(call.Arguments[0]);
        var results = new List<object>();
        foreach (var header in headers.RootElement.EnumerateArray())
        {
            var key = $"BT~{header.GetProperty("device").GetString()}~{header.GetProperty("seq").GetInt64():D12}";
            var isNew = call.Get(key) is null;
            if (isNew)
                call.Put(key, Encoding.UTF8.GetBytes(header.GetRawText()));
            results.Add(new { key, status = isNew ? "ok" : "exists", tx = call.TransactionId });
        }

        call.SetEvent("batches", call.Arguments[0]);
        return new(JsonSerializer.SerializeToUtf8Bytes(new { results }));
    }
}
