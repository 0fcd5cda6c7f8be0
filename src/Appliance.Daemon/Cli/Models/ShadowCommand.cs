using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Appliance.Core.Shadow;
using Appliance.Daemon.Models;
using Spectre.Console;

namespace Appliance.Daemon.Cli.Models;

/// <summary><c>models shadow</c>: a second model beside the live one of the running daemon, and what came of it.</summary>
internal sealed class ShadowCommand : Verb
{
    private readonly Argument<string?> _pair = new("KIND=NAME")
    {
        Description = "detector=NAME or embedder=NAME to start comparing; left out: show the comparisons.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<double> _share = new("--share")
    {
        Description = "Of the frames (detector) or faces (embedder), above 0 to 1.",
        DefaultValueFactory = _ => 0.1,
    };

    private readonly Option<int> _minutes = new("--minutes")
    {
        Description = "After which it ends by itself.",
        DefaultValueFactory = _ => 60,
    };

    private readonly Option<string?> _stop = new("--stop") { Description = "End the comparison of this kind.", HelpName = "KIND" };

    public ShadowCommand()
        : base("shadow", "Runs a second model beside the live one and counts where they differ. The daemon must run.")
    {
        Add(_pair);
        Add(_share);
        Add(_minutes);
        Add(_stop);
        _pair.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } pair && ModelKinds.ParsePair(pair) is null)
                result.AddError($"Give KIND=NAME; KIND is {ModelKinds.Words}.");
        });
    }

    protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        using var box = RunningBox.Open(arguments);
        if (arguments.GetValue(_stop) is { } kind)
            await box.Send<JsonNode>(HttpMethod.Delete, $"models/shadow/{Uri.EscapeDataString(kind)}", null, cancel);
        if (arguments.GetValue(_pair) is { } pair)
            await Start(box, ModelKinds.ParsePair(pair)!.Value, arguments, output, cancel);

        var reports = (await box.Send<ShadowReport[]>(HttpMethod.Get, "models/shadow", null, cancel))!;
        output.Write(new { shadows = reports }, console => Show(console, reports));
        return ExitCode.Done;
    }

    private async Task Start(
        RunningBox box, (Inference.Catalogue.ModelKind Kind, string Model) pair, ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        var progress = output.Progress($"teaching {pair.Model}", "photos");
        var job = await box.Follow(
            "models/shadow",
            new { kind = ModelKinds.Word(pair.Kind), model = pair.Model, share = arguments.GetValue(_share), minutes = arguments.GetValue(_minutes) },
            progress, cancel);
        progress.End();
        if (job.State != ModelJobState.Done)
            throw new CliException(job.Reason ?? $"the daemon says: {job.State}");
    }

    private static void Show(IAnsiConsole console, ShadowReport[] reports)
    {
        var text = console.Profile.Out.Writer;
        if (reports.Length == 0)
            text.WriteLine("nothing is or was compared in this run of the daemon");
        foreach (var report in reports)
        {
            text.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{report.Kind}: {report.Candidate} beside {report.Live}, {(report.Ended is { } why ? $"ended: {why}" : $"until {report.Until:u}")}"));
            text.WriteLine($"  compared {report.Compared} of {report.Seen}, dropped {report.Dropped}");
            if (report.Detections is { } found)
            {
                text.WriteLine(string.Create(
                    CultureInfo.InvariantCulture,
                    $"  faces: {found.Both} by both (overlap {found.MeanOverlap:0.00}), {found.LiveOnly} by the live one only, {found.CandidateOnly} by the candidate only"));
            }

            if (report.Decisions is { } made)
            {
                text.WriteLine($"  the same person {made.SamePerson}, both nobody {made.BothUnknown}, live only {made.LiveOnly}, "
                    + $"candidate only {made.CandidateOnly}, different persons {made.Different}");
                text.WriteLine($"  best similarity: live {Of(made.LiveSimilarity)}; candidate {Of(made.CandidateSimilarity)}");
            }

            text.WriteLine($"  milliseconds: live {Of(report.LiveLatency)}; candidate {Of(report.CandidateLatency)}");
        }
    }

    private static string Of(Spread spread) => string.Create(
        CultureInfo.InvariantCulture, $"mean {spread.Mean:0.00}, p50 {spread.P50:0.00}, p95 {spread.P95:0.00}");
}
