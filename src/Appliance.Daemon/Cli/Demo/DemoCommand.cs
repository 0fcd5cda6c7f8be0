using System.CommandLine;
using System.Diagnostics;
using System.Text.Json;
using System.Text.Json.Nodes;
using Appliance.Capture.Serving;
using Spectre.Console;

namespace Appliance.Daemon.Cli.Demo;

/// <summary>
/// <c>watchpost demo</c>: a rendered scene on two RTSP cameras, a real broker, the daemon as its own process. The exit code says
/// whether the person of the watchlist was alerted by name on both cameras, and nobody else.
/// </summary>
internal sealed class DemoCommand : Verb
{
    private const string Serial = "demo";
    private static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(500);

    private readonly Option<bool> _keep = new("--keep") { Description = "Stay up until Ctrl+C; the scene goes on in a loop." };

    private readonly Option<int> _seconds = new("--seconds")
    {
        Description = "How long to watch.",
        DefaultValueFactory = _ => DemoScene.Seconds + 6,
    };

    private readonly Option<FileInfo?> _evidence = new("--evidence")
    {
        Description = "Save the evidence of the first alert by name as a ZIP, bystanders pixelated; its clip is kept short.",
        HelpName = "FILE",
    };

    public DemoCommand()
        : base("demo", "Show the main job on a rendered scene: cameras, recognition, alerts on a real broker, siren.")
    {
        Add(_keep);
        Add(_seconds);
        Add(_evidence);
    }

    protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        var folder = Directory.CreateTempSubdirectory("watchpost-demo-").FullName;
        try
        {
            return await RunIn(folder, arguments, output, cancel);
        }
        catch (DemoException error)
        {
            throw new CliException(error.Message);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<int> RunIn(string folder, ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        output.Note("demo: rendering the scene (kept for the next run)");
        var scene = DemoScene.Prepare(output.Note);
        using var cameras = RtspServer.Start();
        var isShort = arguments.GetValue(_evidence) is not null;
        var mounts = scene.Cameras.ToDictionary(
            camera => camera, camera => cameras.Mount($"/{camera}", isShort ? scene.LeanVideoOf(camera) : scene.VideoOf(camera)).Url);
        await using var broker = await DemoBroker.StartAsync(folder);
        await using var subscriber = await DemoSubscriber.StartAsync(broker.Port, Serial);
        var configuration = Path.Combine(folder, "appliance.json");
        await File.WriteAllTextAsync(configuration, Configuration(folder, broker.Port, mounts, isShort), cancel);
        output.Note("demo: starting mosquitto, two RTSP cameras and the daemon");
        await using var box = await DemoBox.StartAsync(configuration);
        await box.EnrolAsync(scene.Wanted, "banned", scene.PortraitsOfWanted());

        var watched = arguments.GetValue(_keep) ? Timeout.InfiniteTimeSpan : TimeSpan.FromSeconds(arguments.GetValue(_seconds));
        await WatchAsync(box, subscriber, scene, watched, output, cancel);

        var verdict = DemoVerdict.Of(scene.Wanted, scene.Cameras, subscriber.Alerts, subscriber.Outputs);
        Report(verdict, subscriber, box, output);
        if (verdict.Passed && arguments.GetValue(_evidence) is { } file)
        {
            var zip = await box.EvidenceAsync((string)subscriber.Alerts[0].Body["id"]!, cancel);
            await File.WriteAllBytesAsync(file.FullName, zip, cancel);
            output.Note($"demo: {file.FullName}, {zip.Length} bytes; 'watchpost evidence verify' and the page in it check it");
        }

        return verdict.Passed ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task WatchAsync(
        DemoBox box, DemoSubscriber subscriber, DemoScene scene, TimeSpan length, CliOutput output, CancellationToken cancel)
    {
        var view = new DemoView(box.Address, scene.Wanted);
        var started = Stopwatch.GetTimestamp();
        TimeSpan Left() => length == Timeout.InfiniteTimeSpan ? TimeSpan.Zero : length - Stopwatch.GetElapsedTime(started);
        bool Goes() => !cancel.IsCancellationRequested && (length == Timeout.InfiniteTimeSpan || Left() > TimeSpan.Zero);

        output.Note(length == Timeout.InfiniteTimeSpan
            ? $"demo: log in at {box.Address}/swagger as {DemoBox.Admin} with {box.Password}; Ctrl+C ends"
            : $"demo: Swagger at {box.Address}/swagger while it runs (make demo KEEP=1 stays up)");
        async Task<Spectre.Console.Rendering.IRenderable> Look() => view.Draw(
            await box.GetAsync("/api/v1/cameras"), await box.GetAsync("/api/v1/outputs"), subscriber.Alerts, Left());

        if (output.IsJson || Console.IsOutputRedirected)
        {
            while (Goes())
                await Task.Delay(s_tick, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (!output.IsJson)
                output.Console.Write(await Look());
            return;
        }

        await output.Console.Live(await Look()).StartAsync(async live =>
        {
            while (Goes())
            {
                live.UpdateTarget(await Look());
                await Task.Delay(s_tick, cancel).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        });
    }

    private static void Report(DemoVerdict verdict, DemoSubscriber subscriber, DemoBox box, CliOutput output)
    {
        var alerts = subscriber.Alerts;
        output.Write(
            new { passed = verdict.Passed, faults = verdict.Faults, alerts = alerts.Select(alert => new { alert.Topic, alert.Body }) },
            console =>
            {
                if (alerts.Count > 0)
                {
                    console.MarkupLine($"\nThe first alert, as it arrived on [bold]{Markup.Escape(alerts[0].Topic)}[/]:");
                    console.WriteLine(alerts[0].Body.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
                }

                var siren = string.Join(", ", subscriber.Outputs.Select(change => $"{change.Output} {(change.Active ? "on" : "off")}"));
                console.WriteLine($"\nOutputs as MQTT saw them: {siren}");
                foreach (var fault in verdict.Faults)
                    console.MarkupLine($"[red]✗ {Markup.Escape(fault)}[/]");
                if (!verdict.Passed)
                    console.WriteLine("\nThe daemon said:\n" + box.Log);
                console.MarkupLine(verdict.Passed
                    ? "\n[green]✓ the person was recognised by name on both cameras, and nobody else was[/]"
                    : "\n[red]the demo failed[/]");
            });
    }

    private static string Configuration(string folder, int broker, Dictionary<string, string> mounts, bool isShort) => new JsonObject
    {
        ["Appliance"] = new JsonObject
        {
            ["Name"] = "Demo pole",
            ["Serial"] = Serial,
            ["DataDirectory"] = Path.Combine(folder, "data"),
        },
        ["Cameras"] = new JsonArray([.. mounts.Select(mount => new JsonObject
        {
            ["Id"] = mount.Key,
            ["Source"] = mount.Value,
            ["FramesPerSecond"] = DemoScene.FramesPerSecond,
        })]),
        ["Evidence"] = isShort ? new JsonObject { ["PreRoll"] = "00:00:01", ["PostRoll"] = "00:00:01" } : [],
        ["Mqtt"] = new JsonObject { ["Host"] = "127.0.0.1", ["Port"] = broker },
        ["Outputs"] = new JsonObject
        {
            ["Driver"] = "Simulated",
            ["Lines"] = new JsonArray(new JsonObject { ["Id"] = "siren", ["Line"] = 0 }),
        },
        ["Alerts"] = new JsonObject
        {
            ["Rules"] = new JsonArray(new JsonObject
            {
                ["Category"] = "banned",
                ["Severity"] = "Critical",
                ["Outputs"] = new JsonArray("siren"),
                ["Pulse"] = "00:00:03",
            }),
        },
        ["Api"] = new JsonObject { ["Listen"] = new JsonArray($"http://127.0.0.1:{DemoBroker.FreePort()}") },
    }.ToJsonString(new JsonSerializerOptions { WriteIndented = true });
}
