using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using Appliance.Capture.Serving;
using Appliance.Daemon.Cli.Demo;

namespace Appliance.Benchmarks.Pipeline;

/// <summary>
/// The daemon as a process with 1, 2, 4 and 8 RTSP cameras of 720p at 10 analysed frames per second: CPU, resident memory, lost
/// frames, and the time from process start to the first analysed frame. <c>cameras VIDEO [--seconds N]</c>.
/// </summary>
internal static class CamerasReport
{
    private static readonly int[] s_counts = [1, 2, 4, 8];

    public static int Run(string[] args)
    {
        if (args.Length == 0 || !File.Exists(args[0]))
        {
            Console.Error.WriteLine("usage: cameras VIDEO [--seconds N]");
            return 2;
        }

        var at = Array.IndexOf(args, "--seconds");
        var seconds = at >= 0 ? int.Parse(args[at + 1], CultureInfo.InvariantCulture) : 15;
        using var server = RtspServer.Start();
        var url = server.Mount("/bench", args[0]).Url;
        Console.WriteLine("cameras  CPU cores  CPU ms/frame  frames/s  dropped  RSS MB  first frame after s");
        foreach (var count in s_counts)
            Console.WriteLine(Measure(url, count, seconds).GetAwaiter().GetResult());
        return 0;
    }

    private static async Task<string> Measure(string url, int count, int seconds)
    {
        var folder = Directory.CreateTempSubdirectory("watchpost-bench-").FullName;
        try
        {
            var file = Path.Combine(folder, "appliance.json");
            await File.WriteAllTextAsync(file, Configuration(folder, url, count));
            var started = Stopwatch.GetTimestamp();
            await using var box = await DemoBox.StartAsync(file);
            double first;
            while (true)
            {
                if (Frames(await box.GetAsync("/api/v1/cameras"), "analyzed") > 0)
                {
                    first = Stopwatch.GetElapsedTime(started).TotalSeconds;
                    break;
                }
            }

            while ((await box.GetAsync("/api/v1/cameras")).AsArray().Any(camera => (string?)camera!["state"] != "running"))
                await Task.Delay(100);
            // JIT and buffers settle.
            await Task.Delay(TimeSpan.FromSeconds(5));

            using var process = Process.GetProcessById(box.ProcessId);
            var before = (Cpu: process.TotalProcessorTime, View: await box.GetAsync("/api/v1/cameras"), Time: Stopwatch.GetTimestamp());
            await Task.Delay(TimeSpan.FromSeconds(seconds));
            process.Refresh();
            var after = await box.GetAsync("/api/v1/cameras");
            var wall = Stopwatch.GetElapsedTime(before.Time).TotalSeconds;
            var cpu = (process.TotalProcessorTime - before.Cpu).TotalSeconds;
            var frames = Frames(after, "analyzed") - Frames(before.View, "analyzed");
            var dropped = Frames(after, "dropped") - Frames(before.View, "dropped");
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{count,7}  {cpu / wall,9:0.00}  {1000 * cpu / frames,12:0.0}  {frames / wall,8:0.0}  {dropped,7}  {process.WorkingSet64 / 1048576.0,6:0}  {first,19:0.0}");
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static long Frames(JsonNode cameras, string figure) =>
        cameras.AsArray().Sum(camera => (long)camera!["statistics"]![figure]!);

    private static string Configuration(string folder, string url, int count) => new JsonObject
    {
        ["Appliance"] = new JsonObject { ["Serial"] = "bench", ["DataDirectory"] = Path.Combine(folder, "data") },
        ["Cameras"] = new JsonArray([.. Enumerable.Range(1, count).Select(number => new JsonObject
        {
            ["Id"] = $"camera-{number}",
            ["Source"] = url,
            ["FramesPerSecond"] = 10,
        })]),
        ["Mqtt"] = new JsonObject { ["Enabled"] = false },
        ["Api"] = new JsonObject { ["Listen"] = new JsonArray($"http://127.0.0.1:{DemoBroker.FreePort()}") },
    }.ToJsonString();
}
