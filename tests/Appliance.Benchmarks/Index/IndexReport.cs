using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using Appliance.Core.Recognition;
using Appliance.Core.Recognition.Index;

namespace Appliance.Benchmarks.Index;

/// <summary>
/// Milliseconds of CPU time per search on one thread: our flat and compressed index and, over the same rows and queries, FAISS's flat index.
/// <c>index [--photos ZIP] [rows…]</c>; 10 000, 100 000 and 1 000 000 rows if none are given; with photos, also the templates that
/// the default models make of them. Exits with 1 if any best match differs.
/// </summary>
internal static class IndexReport
{
    private const int Dimensions = 256;
    private const int Batch = 32;
    private const int Best = 4;

    public static int Run(string[] args)
    {
        var photos = args.Length > 1 && args[0] == "--photos" ? PhotoTemplates.Of(args[1]) : null;
        var numbers = photos is null ? args : args[2..];
        var sizes = numbers.Length > 0 ? numbers.Select(arg => int.Parse(arg, CultureInfo.InvariantCulture)).ToArray() : [10_000, 100_000, 1_000_000];
        Console.WriteLine($"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.OSDescription}, {Processor()}");
        Console.WriteLine($"SIMD: {Simd()}; one thread; {Dimensions} floats per row; best of {Best} persons; median (fastest) of 31, FAISS of 11 at a million rows\n");
        Console.WriteLine("| rows | data | index | 1 query, CPU ms | GB/s | per query of 32, CPU ms | re-ranked | same top-1 |");
        Console.WriteLine("|---|---|---|---|---|---|---|---|");
        var agree = photos is null || Compare(TestRows.Photos(photos, count: 0, queries: 400));
        foreach (var size in sizes)
        {
            agree &= Compare(TestRows.Scattered(size, Dimensions));
            agree &= Compare(TestRows.Clustered(size, Dimensions));
            agree &= photos is null || size > 500_000 || Compare(TestRows.Photos(photos, size, queries: 400));
        }

        return agree ? 0 : 1;
    }

    private static bool Compare(TestRows data)
    {
        var peer = FaissPeer.Run(data);
        if (peer is not null)
            Print(data, "FAISS " + peer.Version, peer.Single, peer.Batch, "", "reference");

        var flat = new FlatIndex("benchmark", Dimensions);
        var expected = Measure(data, flat, peer?.Nearest, out var agree);
        flat.Load([]);
        GC.Collect();

        var compressed = new CompressedIndex("benchmark", Dimensions);
        Measure(data, compressed, peer?.Nearest ?? expected, out var agreeToo);
        return agree && agreeToo;
    }

    private static int[] Measure(TestRows data, IWatchlistIndex index, int[]? expected, out bool agree)
    {
        index.Load(data.Watchlist());
        var best = new Candidate[Batch * Best];
        var found = new int[Batch];
        var next = 0;
        var single = Timing.Of(31, () => index.Search(data.Query(next++ % data.Queries), best.AsSpan(0, Best)));
        var batch = Timing.Of(7, () => index.Search(data.QueryRows(0, Batch), Best, best, found)) / Batch;

        var reranked = 0;
        var nearest = new int[data.Queries];
        for (var query = 0; query < data.Queries; query++)
        {
            index.Search(data.Query(query), best.AsSpan(0, Best));
            nearest[query] = TestRows.RowOf(best[0].Person);
            reranked += index is CompressedIndex compressed ? compressed.Reranked : 0;
        }

        var same = expected is null ? data.Queries : expected.Zip(nearest).Count(pair => pair.First == pair.Second);
        agree = same == data.Queries;
        Print(
            data, index.GetType().Name, single, batch,
            reranked == 0 ? "" : $"{(double)reranked / data.Queries:0}", expected is null ? "not compared" : $"{same} of {data.Queries}");
        return nearest;
    }

    private static void Print(TestRows data, string name, Timing single, Timing batch, string reranked, string same)
    {
        var bytes = (long)data.Rows * Dimensions * (name == nameof(CompressedIndex) ? 1 : sizeof(float));
        Console.WriteLine(
            $"| {data.Rows} | {data.Kind} | {name} | {single.Median:0.000} ({single.Fastest:0.000}) | {bytes / single.Median / 1e6:0.0} | " +
            $"{batch.Median:0.000} ({batch.Fastest:0.000}) | {reranked} | {same} |");
    }

    private static string Processor() => File.Exists("/proc/cpuinfo")
        ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(": ")[^1] ?? "?"
        : "?";

    private static string Simd() => Avx512F.IsSupported ? "AVX-512" : Avx2.IsSupported ? "AVX2" : Dp.IsSupported ? "NEON with dot product"
        : Vector128.IsHardwareAccelerated ? "128 bits" : "none";
}
