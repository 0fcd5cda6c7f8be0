using System.CommandLine;
using Appliance.Capture;
using Appliance.Capture.Frames;
using Appliance.Core.Analysis;
using Appliance.Core.Recognition;
using Appliance.Core.Recognition.Index;
using Appliance.Core.Rules;
using Appliance.Daemon.Pipeline;
using Appliance.Inference;

namespace Appliance.Daemon.Cli.Analyze;

/// <summary><c>watchpost analyze</c>: the whole pipeline on one file or stream, without a daemon, store or broker.</summary>
internal sealed class AnalyzeCommand : Verb
{
    private readonly Option<string> _source = new("--source")
    {
        Description = "File, rtsp://…, http://… or /dev/videoN.",
        Required = true,
        HelpName = "SOURCE",
    };

    private readonly Option<bool> _realtime = new("--realtime")
    {
        Description = "Play at the recorded speed instead of as fast as it goes.",
    };

    private readonly Option<string?> _gallery = new("--gallery")
    {
        Description = "Folder with one sub-folder of photos per person; held in memory for this run only.",
        HelpName = "DIR",
    };

    private readonly Option<bool> _quiet = new("--quiet")
    {
        Description = "No line per frame: identities, alerts and the summary only.",
    };

    private readonly Option<float?> _threshold = new("--threshold")
    {
        Description = "Cosine similarity a match must reach; default: the embedder's own.",
    };

    private readonly Option<int> _size = new("--detector-size")
    {
        Description = "Longer side of the picture the detector sees, in pixels.",
        DefaultValueFactory = _ => new InferenceOptions().DetectorSize,
    };

    private readonly Option<string?> _events = new("--events")
    {
        Description = "Write a recording for 'rules test': NDJSON, a line per frame.",
        HelpName = "FILE",
    };

    private readonly Option<string> _camera = new("--camera")
    {
        Description = "Name of the camera in the recording.",
        DefaultValueFactory = _ => "gate",
    };

    private readonly Option<DateTimeOffset> _start = new("--start")
    {
        Description = "Time of the first frame in the recording; default: now.",
        DefaultValueFactory = _ => DateTimeOffset.UtcNow,
    };

    private readonly Option<string> _detector = new("--detector") { Description = "Model name or path.", DefaultValueFactory = _ => "" };

    private readonly Option<string> _embedder = new("--embedder") { Description = "Model name or path.", DefaultValueFactory = _ => "" };

    public AnalyzeCommand()
        : base("analyze", "Run the whole pipeline on a file as fast as it goes; prints NDJSON, the summary last.")
    {
        foreach (var option in new Option[] { _source, _realtime, _gallery, _quiet, _threshold, _size, _detector, _embedder, _events, _camera, _start })
            Add(option);
    }

    protected override Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        try
        {
            return Task.FromResult(Analyze(arguments, output, cancel));
        }
        catch (Exception error) when (error is InferenceException or CaptureException or IOException)
        {
            throw new CliException(error.Message);
        }
    }

    private int Analyze(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        using var engine = new InferenceEngine(new()
        {
            Detector = arguments.GetValue(_detector)!,
            Embedder = arguments.GetValue(_embedder)!,
            DetectorSize = arguments.GetValue(_size),
        });
        using var detector = engine.CreateDetector();
        using var embedder = engine.CreateEmbedder();
        var index = new FlatIndex(embedder.Model, embedder.Dimensions);
        GalleryFolder? gallery = null;
        if (arguments.GetValue(_gallery) is { } folder)
        {
            gallery = GalleryFolder.Load(folder, detector, embedder, index);
            output.Note($"analyze: {gallery.People.Count} persons from {gallery.Photos} photos");
            foreach (var (path, reason) in gallery.Refused)
                output.Note($"analyze: {path} not used: {reason}");
        }

        var recognizer = new Recognizer(detector, embedder, Context(arguments, engine, index, gallery));
        using var reader = VideoReader.Open(arguments.GetValue(_source)!, arguments.GetValue(_realtime));
        using var stream = new BufferedStream(Console.OpenStandardOutput(), 1 << 16);
        using var events = arguments.GetValue(_events) is { } file ? new BufferedStream(File.Create(file), 1 << 16) : null;
        var recorder = events is null ? null : new SceneRecorder(events, arguments.GetValue(_camera)!, arguments.GetValue(_start));
        new AnalyzeRunner(recognizer, stream, !arguments.GetValue(_quiet), recorder).Run(reader, cancel);
        stream.Flush();
        return cancel.IsCancellationRequested ? ExitCode.Failed : ExitCode.Done;
    }

    private AnalysisContext Context(ParseResult arguments, InferenceEngine engine, FlatIndex index, GalleryFolder? gallery)
    {
        var recognition = new RecognitionOptions { Threshold = arguments.GetValue(_threshold) };
        return new AnalysisContext
        {
            Tracking = new(),
            Recognition = recognition,
            Alerts = new AlertsOptions(),
            Threshold = RecognizerFactory.ThresholdOf(engine.EmbedderModel, recognition),
            Index = index,
            FindPerson = id => gallery?.Find(id),
            BootId = Guid.NewGuid(),
            Models = [engine.DetectorModel.Id, engine.EmbedderModel.Id],
            MediaTimeOnly = true,
        };
    }
}
