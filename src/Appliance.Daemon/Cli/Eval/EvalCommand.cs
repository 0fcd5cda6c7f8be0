using System.CommandLine;
using Appliance.Daemon.Host;
using Appliance.Inference;

namespace Appliance.Daemon.Cli.Eval;

/// <summary><c>eval</c>: how good the models are, measured on labelled photos through the same code that watches the cameras.</summary>
internal sealed class EvalCommand : Command
{
    /// <summary>Photos, for both verbs.</summary>
    internal static readonly Option<string> Images = new("--images")
    {
        Description = "Folder or ZIP file with the photos.",
        Required = true,
        HelpName = "DIR",
    };

    private static readonly Option<string?> s_detector = new("--detector") { Description = "Model name or path.", HelpName = "MODEL" };

    private static readonly Option<string?> s_embedder = new("--embedder") { Description = "Model name or path.", HelpName = "MODEL" };

    private static readonly Option<int?> s_size = new("--detector-size")
    {
        Description = "Longer side of the picture the detector sees, in pixels.",
        HelpName = "PIXELS",
    };

    private static readonly Option<float?> s_score = new("--score-threshold")
    {
        Description = "Least score of a face, 0..1.",
        HelpName = "SCORE",
    };

    public EvalCommand()
        : base("eval", "Measure the models on labelled photos.")
    {
        Add(new EvalVerifyCommand());
        Add(new EvalDetectCommand());
        foreach (var option in new Option[] { s_detector, s_embedder, s_size, s_score })
        {
            option.Recursive = true;
            Add(option);
        }
    }

    /// <summary>The configured models, unless the command line says otherwise.</summary>
    /// <param name="arguments">The command line.</param>
    /// <param name="scoreThreshold">When neither the command line names one: what suits the measurement.</param>
    internal static InferenceEngine Engine(ParseResult arguments, float? scoreThreshold = null)
    {
        var configured = RuntimeOptionsFactory.From(CliConfiguration.Load(arguments).Options).Inference;
        return new(configured with
        {
            Detector = arguments.GetValue(s_detector) ?? configured.Detector,
            Embedder = arguments.GetValue(s_embedder) ?? configured.Embedder,
            DetectorSize = arguments.GetValue(s_size) ?? configured.DetectorSize,
            ScoreThreshold = arguments.GetValue(s_score) ?? scoreThreshold ?? configured.ScoreThreshold,
        });
    }
}
