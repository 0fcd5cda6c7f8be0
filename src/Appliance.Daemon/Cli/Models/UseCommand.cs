using System.CommandLine;
using Appliance.Daemon.Cli.Watchlist;
using Appliance.Daemon.Models;
using Appliance.Inference.Catalogue;

namespace Appliance.Daemon.Cli.Models;

/// <summary><c>models use</c>: makes another model the one of its kind.</summary>
internal sealed class UseCommand : BoxVerb
{
    private readonly Argument<string> _pair = new("KIND=NAME")
    {
        Description = "detector=NAME or embedder=NAME; NAME 'default' goes back to what the configuration says.",
    };

    private readonly Option<bool> _force = new("--force")
    {
        Description = "Also when persons would not be recognised any more, because their photos were not kept.",
    };

    public UseCommand()
        : base("use", "Makes another model the one of its kind. A new embedder is first taught the enrolled photos.")
    {
        Add(_pair);
        Add(_force);
        _pair.Validators.Add(result =>
        {
            if (ModelKinds.ParsePair(result.GetValueOrDefault<string>()) is null)
                result.AddError($"Give KIND=NAME; KIND is {ModelKinds.Words}.");
        });
    }

    protected override async Task<int> OnStopped(CliBox box, ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        var (kind, name) = Pair(arguments);
        var progress = Line(output, $"teaching {name}", "photos");
        try
        {
            var unknown = await box.Models.Use(kind, name, arguments.GetValue(_force), CliBox.Actor, progress, cancel);
            progress.End();
            Tell(output, kind, name, unknown);
            return ExitCode.Done;
        }
        catch (ModelJobException refused)
        {
            progress.End();
            Show(output, refused.Unknown);
            throw;
        }
    }

    protected override async Task<int> OnRunning(RunningBox box, ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        var (kind, name) = Pair(arguments);
        var progress = Line(output, $"teaching {name}", "photos");
        var job = await box.Follow(
            "models/use", new { kind = ModelKinds.Word(kind), model = name, force = arguments.GetValue(_force) }, progress, cancel);
        progress.End();
        if (job.State != ModelJobState.Done)
            Show(output, job.Unknown);
        NeedDone(job);
        Tell(output, kind, name, job.Unknown);
        return ExitCode.Done;
    }

    private (ModelKind Kind, string Model) Pair(ParseResult arguments) => ModelKinds.ParsePair(arguments.GetValue(_pair)!)!.Value;

    private static void Tell(CliOutput output, ModelKind kind, string name, IReadOnlyList<UnknownPerson> unknown) => output.Write(
        new { kind = ModelKinds.Word(kind), model = name, unknown },
        console =>
        {
            var text = console.Profile.Out.Writer;
            text.WriteLine($"{ModelKinds.Word(kind)} is {name} from now on");
            foreach (var person in unknown)
                text.WriteLine($"  unknown to it: {person.Name} ({person.Id}), {person.Reason}");
        });

    private static void Show(CliOutput output, IReadOnlyList<UnknownPerson> unknown)
    {
        foreach (var person in unknown)
            output.Note($"  {person.Name} ({person.Id}): {person.Reason}");
    }
}
