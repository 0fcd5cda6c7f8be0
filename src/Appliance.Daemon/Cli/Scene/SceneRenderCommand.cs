using System.CommandLine;
using Appliance.Capture;
using Appliance.Capture.Serving;
using Appliance.Core.Recognition;
using Appliance.Daemon.Pipeline;
using Appliance.Inference;
using Appliance.Scene.Checks;
using Spectre.Console;

namespace Appliance.Daemon.Cli.Scene;

/// <summary><c>scene render</c>: to MP4 files, to an RTSP server, or through real models that judge it.</summary>
internal sealed class SceneRenderCommand : Verb
{
    private readonly SceneOptions _scene = new();

    private readonly Option<string?> _out = new("--out")
    {
        Description = "MP4 to write; with several cameras the camera's name is added.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _truth = new("--truth")
    {
        Description = "NDJSON to write: faces, landmarks and identities per frame; with several cameras the camera's name is added.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _rtsp = new("--rtsp")
    {
        Description = "Serve each camera as rtsp://127.0.0.1:PORT/<camera>, in a loop, until interrupted; 0 takes a free port.",
        HelpName = "PORT",
    };

    private readonly Option<bool> _check = new("--check")
    {
        Description = "Let detector and embedder judge the scene; 0 only when faces are found and told apart.",
    };

    private readonly Option<string> _detector = new("--detector") { Description = "Model name or path.", DefaultValueFactory = _ => "" };

    private readonly Option<string> _embedder = new("--embedder") { Description = "Model name or path.", DefaultValueFactory = _ => "" };

    public SceneRenderCommand()
        : base("render", "Render a scene to MP4, as RTSP cameras, or check it with real models.")
    {
        _scene.AddTo(this);
        foreach (var option in new Option[] { _out, _truth, _rtsp, _check, _detector, _embedder })
            Add(option);
    }

    protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        var specification = _scene.Read(arguments);
        try
        {
            if (arguments.GetValue(_check))
                return Check(arguments, specification, output);

            if (arguments.GetValue(_rtsp) is { } port)
                return await Serve(specification, port, output, cancel);

            return Render(arguments, specification, output, cancel);
        }
        catch (AggregateException errors) when (errors.InnerException is CaptureException or IOException or UnauthorizedAccessException)
        {
            throw new CliException(errors.InnerException.Message);
        }
        catch (Exception error) when (error is CaptureException or InferenceException or IOException or UnauthorizedAccessException)
        {
            throw new CliException(error.Message);
        }
    }

    private int Render(ParseResult arguments, SceneSpecification specification, CliOutput output, CancellationToken cancel)
    {
        var path = arguments.GetValue(_out);
        var truth = arguments.GetValue(_truth);
        if (path is null && truth is null)
            throw new CliException("nothing to do: give --out, --truth, --rtsp or --check", ExitCode.Usage);

        var script = specification.Script();
        var rendered = new RenderedCamera[script.Cameras.Count];
        Parallel.For(0, rendered.Length, new ParallelOptions { CancellationToken = cancel }, camera =>
        {
            using var lines = truth is null ? null : File.Create(SceneFiles.PathFor(truth, script, camera));
            var file = path is null ? null : SceneFiles.PathFor(path, script, camera);
            rendered[camera] = SceneFiles.Render(specification, script, camera, file, lines, cancel);
        });

        output.Write(
            new { seed = specification.Seed, people = script.Cast.Select(member => member.Name), cameras = rendered },
            console =>
            {
                foreach (var camera in rendered)
                    console.WriteLine($"{camera.Camera}: {camera.Frames} frames in {camera.Seconds:0.0} s{(camera.File is null ? "" : $" -> {camera.File}")}");
                console.WriteLine($"people: {string.Join(", ", script.Cast.Select(member => member.Name))}");
            });
        return ExitCode.Done;
    }

    private static async Task<int> Serve(SceneSpecification specification, string port, CliOutput output, CancellationToken cancel)
    {
        if (!int.TryParse(port, out var number) || number is < 0 or > 65535)
            throw new CliException("--rtsp is a port, 0 to 65535", ExitCode.Usage);

        var script = specification.Script();
        var folder = Directory.CreateTempSubdirectory("watchpost-scene-");
        try
        {
            using var server = RtspServer.Start(number);
            for (var camera = 0; camera < script.Cameras.Count; camera++)
            {
                var name = script.Cameras[camera].Name;
                var file = Path.Combine(folder.FullName, $"{name}.mp4");
                SceneFiles.Render(specification, script, camera, file, null, cancel);
                var mount = server.Mount($"/{name}", file);
                output.WriteLine(new { camera = name, url = mount.Url }, $"{name}: {mount.Url}");
            }

            output.WriteLine(new { ready = true }, "ready");
            await Task.Delay(Timeout.Infinite, cancel);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            // Interrupted: that is how serving ends.
        }
        finally
        {
            folder.Delete(recursive: true);
        }

        return ExitCode.Done;
    }

    private int Check(ParseResult arguments, SceneSpecification specification, CliOutput output)
    {
        using var engine = new InferenceEngine(new()
        {
            Detector = arguments.GetValue(_detector)!,
            Embedder = arguments.GetValue(_embedder)!,
        });
        using var detector = engine.CreateDetector();
        using var embedder = engine.CreateEmbedder();
        var threshold = RecognizerFactory.ThresholdOf(engine.EmbedderModel, new RecognitionOptions()).Identify;
        var report = new SceneCheck(detector, embedder).Run(specification.Script(), specification.Width, specification.Height, threshold);
        output.Write(report, console => Print(report, console));
        return report.Passed ? ExitCode.Done : ExitCode.Failed;
    }

    private static void Print(SceneReport report, IAnsiConsole console)
    {
        var table = new Table().AddColumns("", "count", "min", "p5", "median", "p95", "max").Border(TableBorder.Rounded);
        Add(table, $"detector score ({report.Detector})", report.DetectorScore);
        Add(table, $"same identity ({report.Embedder})", report.SameIdentity);
        Add(table, "different identity", report.DifferentIdentity);
        console.Write(table);
        console.WriteLine($"threshold {report.Threshold:0.00}; missed {report.Missed}; false detections {report.FalseDetections}");
        foreach (var fault in report.Faults)
            console.WriteLine($"FAIL: {fault}");
        if (report.Passed)
            console.WriteLine("good: found and told apart");
    }

    private static void Add(Table table, string name, Distribution values) =>
        table.AddRow(
            Markup.Escape(name), $"{values.Count}", $"{values.Min:0.00}", $"{values.P5:0.00}", $"{values.Median:0.00}", $"{values.P95:0.00}",
            $"{values.Max:0.00}");
}
