using System.CommandLine;
using System.Diagnostics;
using Appliance.Inference;
using Appliance.Inference.Evaluation;

namespace Appliance.Daemon.Cli.Eval;

/// <summary><c>eval verify</c>: same person or not, over a list of pairs.</summary>
internal sealed class EvalVerifyCommand : Verb
{
    // Portraits that are known to show a face may be asked with less suspicion than a camera's frames.
    private const float PortraitScore = 0.5f;

    private readonly Option<string> _pairs = new("--pairs")
    {
        Description = "CSV with the columns path_a,path_b,same,fold; in a ZIP file of photos, its name there.",
        Required = true,
        HelpName = "CSV",
    };

    private readonly Option<int> _workers = new("--workers")
    {
        Description = "Threads that look at photos.",
        DefaultValueFactory = _ => Environment.ProcessorCount,
        HelpName = "N",
    };

    public EvalVerifyCommand()
        : base("verify", "Verification accuracy over folds, true acceptance at false acceptance 1e-2 and 1e-3, threshold.")
    {
        Add(_pairs);
        Add(EvalCommand.Images);
        Add(_workers);
    }

    protected override Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        try
        {
            return Task.FromResult(Verify(arguments, output, cancel));
        }
        catch (Exception error) when (error is InferenceException or IOException)
        {
            throw new CliException(error.Message);
        }
        catch (AggregateException error) when (error.GetBaseException() is InferenceException fault)
        {
            throw new CliException(fault.Message);
        }
    }

    private int Verify(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        using var photos = new PhotoFolder(arguments.GetValue(EvalCommand.Images)!);
        using var list = PairList(photos, arguments.GetValue(_pairs)!);
        var pairs = VerificationPairs.Read(list);
        using var engine = EvalCommand.Engine(arguments, PortraitScore);

        var started = Stopwatch.GetTimestamp();
        var run = new VerificationRun(engine, photos.Read);
        var score = VerificationScore.From(run.Score(pairs, Math.Clamp(arguments.GetValue(_workers), 1, 64), cancel));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        var result = new
        {
            score.Accuracy,
            score.AccuracyStdDev,
            score.Threshold,
            score.TarAtFar1e2,
            score.TarAtFar1e3,
            score.Pairs,
            score.Folds,
            run.Photos,
            PhotosWithoutFace = run.WithoutFace,
            Embedder = engine.EmbedderModel.Id,
            Detector = engine.DetectorModel.Id,
            DocumentedAccuracy = engine.EmbedderModel.DocumentedLfwAccuracy,
            Seconds = Math.Round(seconds, 1),
        };
        output.Write(result, console =>
        {
            var text = console.Profile.Out.Writer;
            text.WriteLine($"{result.Embedder} with {result.Detector}: {result.Pairs} pairs in {result.Folds} folds, {result.Photos} photos, {seconds:0} s");
            text.WriteLine($"accuracy        {result.Accuracy:P2} ± {result.AccuracyStdDev:P2}" + Documented(result.DocumentedAccuracy));
            text.WriteLine($"threshold       {result.Threshold:0.000}");
            text.WriteLine($"TAR @ FAR 1e-2  {result.TarAtFar1e2:P2}");
            text.WriteLine($"TAR @ FAR 1e-3  {result.TarAtFar1e3:P2}");
            foreach (var photo in result.PhotosWithoutFace)
                text.WriteLine($"no face in {photo}");
        });
        return ExitCode.Done;
    }

    private static string Documented(double? accuracy) => accuracy is { } known ? $" (documented on LFW: {known:P2})" : "";

    private static TextReader PairList(PhotoFolder photos, string path) =>
        File.Exists(path) ? new StreamReader(path) : new StringReader(photos.ReadText(path));
}
