using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace Appliance.Benchmarks.Index;

/// <summary>FAISS's flat index (Debian: python3-faiss) over the same rows and queries, one thread, in a process of its own.</summary>
internal sealed record FaissPeer(string Version, Timing Single, Timing Batch, int[] Nearest)
{
    // Debian's own interpreter: python3-faiss is installed for that one. Same method as ours: warm up, then medians.
    private const string Script = """
        import faiss, json, numpy, sys, time
        faiss.omp_set_num_threads(1)
        folder, d, k, batch = sys.argv[1], int(sys.argv[2]), 4, 32
        rows = numpy.fromfile(folder + '/rows', 'f4').reshape(-1, d)
        queries = numpy.fromfile(folder + '/queries', 'f4').reshape(-1, d)
        index = faiss.IndexFlatIP(d)
        index.add(rows)
        large = len(rows) > 500000
        def measure(times, action):
            for i in range(1 if large else 3): action(i)
            spent = []
            for i in range(times):
                start = time.process_time()
                action(i)
                spent.append(1e3 * (time.process_time() - start))
            return [float(numpy.median(spent)), min(spent)]
        single = measure(11 if large else 31, lambda i: index.search(queries[i % len(queries)][None], k))
        many = [t / batch for t in measure(3 if large else 7, lambda i: index.search(queries[:batch], k))]
        nearest = [int(found[0]) for found in index.search(queries, 1)[1]]
        print(json.dumps({'version': faiss.__version__, 'single': single, 'batch': many, 'nearest': nearest}))
        """;

    /// <summary>Null where FAISS is not installed.</summary>
    public static FaissPeer? Run(TestRows data)
    {
        var folder = Directory.CreateTempSubdirectory("watchpost-faiss-").FullName;
        try
        {
            Write(Path.Combine(folder, "rows"), data.AllRows);
            Write(Path.Combine(folder, "queries"), data.AllQueries);
            var start = new ProcessStartInfo("/usr/bin/python3", ["-c", Script, folder, $"{data.Dimensions}"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            };
            foreach (var variable in (string[])["OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"])
                start.Environment[variable] = "1";

            using var process = Process.Start(start)!;
            var error = process.StandardError.ReadToEndAsync();
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode == 0)
                return Parse(output);

            Console.Error.WriteLine($"FAISS was not measured (apt install python3-faiss): {error.Result.Trim().Split('\n')[^1]}");
            return null;
        }
        catch (System.ComponentModel.Win32Exception noPython)
        {
            Console.Error.WriteLine($"FAISS was not measured: {noPython.Message}");
            return null;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static FaissPeer Parse(string output)
    {
        var json = JsonDocument.Parse(output).RootElement;
        return new(
            json.GetProperty("version").GetString()!, Timing(json.GetProperty("single")), Timing(json.GetProperty("batch")),
            [.. json.GetProperty("nearest").EnumerateArray().Select(item => item.GetInt32())]);

        static Timing Timing(JsonElement pair) => new(pair[0].GetDouble(), pair[1].GetDouble());
    }

    private static void Write(string path, ReadOnlySpan<float> values)
    {
        using var file = File.Create(path);
        for (var from = 0; from < values.Length; from += 1 << 20)
            file.Write(MemoryMarshal.AsBytes(values.Slice(from, Math.Min(1 << 20, values.Length - from))));
    }
}
