using System.CommandLine;
using System.Diagnostics;
using Appliance.Core.Detection;
using Appliance.Inference;
using Appliance.Inference.Evaluation;
using Spectre.Console;

namespace Appliance.Daemon.Cli.Eval;

/// <summary><c>eval detect</c>: recall, precision and landmark error against annotated noses.</summary>
internal sealed class EvalDetectCommand : Verb
{
    private readonly Option<string> _annotations = new("--annotations")
    {
        Description = "JSON with nose_points_xy per photo, as a path or as a name beside the photos.",
        DefaultValueFactory = _ => "annotations.json",
        HelpName = "JSON",
    };

    public EvalDetectCommand()
        : base("detect", "Recall, precision and landmark error of the face detector.")
    {
        Add(EvalCommand.Images);
        Add(_annotations);
    }

    protected override Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        try
        {
            return Task.FromResult(Detect(arguments, output, cancel));
        }
        catch (Exception error) when (error is InferenceException or IOException)
        {
            throw new CliException(error.Message);
        }
    }

    private int Detect(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        using var photos = new PhotoFolder(arguments.GetValue(EvalCommand.Images)!);
        var file = arguments.GetValue(_annotations)!;
        var annotated = DetectionAnnotations.Parse(File.Exists(file) ? File.ReadAllText(file) : photos.ReadText(file));
        using var engine = EvalCommand.Engine(arguments);
        using var detector = engine.CreateDetector();

        var faces = new List<FaceDetection>();
        var scores = new List<PhotoDetectionScore>();
        var busy = TimeSpan.Zero;
        foreach (var photo in annotated)
        {
            cancel.ThrowIfCancellationRequested();
            using var frame = photos.Read(photo.Name);
            var started = Stopwatch.GetTimestamp();
            detector.Detect(frame, faces);
            busy += Stopwatch.GetElapsedTime(started);
            scores.Add(PhotoDetectionScore.From(photo, faces));
        }

        var score = DetectionScore.From(scores);
        var result = new
        {
            score.Recall,
            score.Precision,
            score.NoseError,
            score.Annotated,
            score.Found,
            score.False,
            Detector = detector.Model,
            engine.Options.DetectorSize,
            engine.Options.ScoreThreshold,
            MillisecondsPerPhoto = Math.Round(busy.TotalMilliseconds / scores.Count, 2),
            Photos = scores,
        };
        output.Write(result, console => Draw(console, result.Detector, score, scores));
        return ExitCode.Done;
    }

    private static void Draw(IAnsiConsole console, string detector, DetectionScore score, IReadOnlyList<PhotoDetectionScore> photos)
    {
        var table = new Table().AddColumns("Photo", "Annotated", "Found", "False", "Nose error").Border(TableBorder.Rounded);
        foreach (var photo in photos)
        {
            var error = photo.NoseErrors.Count > 0 ? $"{photo.NoseErrors.Average():0.000}" : "";
            table.AddRow(Markup.Escape(photo.Photo), $"{photo.Annotated}", $"{photo.NoseErrors.Count}", $"{photo.False}", error);
        }

        console.Write(table);
        console.Profile.Out.Writer.WriteLine(
            $"{detector}: recall {score.Recall:P1}, precision {score.Precision:P1}, nose error {score.NoseError:0.000} eye distances");
    }
}
