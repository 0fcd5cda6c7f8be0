using System.CommandLine;
using System.Globalization;
using Appliance.Learning.Simulation;
using Spectre.Console;

namespace Appliance.Daemon.Cli.Federation;

/// <summary><c>federation simulate</c>: what learning together would bring a fleet of unlike boxes.</summary>
internal sealed class SimulateFederationCommand : Verb
{
    private readonly Option<int> _clients = new("--clients") { Description = "Boxes, 2 to 2000.", DefaultValueFactory = _ => 100 };
    private readonly Option<int> _rounds = new("--rounds") { Description = "Rounds, 1 to 1000.", DefaultValueFactory = _ => 30 };
    private readonly Option<int> _seed = new("--seed") { Description = "Another fleet for another number.", DefaultValueFactory = _ => 1 };

    public SimulateFederationCommand()
        : base("simulate", "Simulates a federation of unlike boxes and prints its false alarms at equal recall, with and without privacy and drop-outs.")
    {
        Add(_clients);
        Add(_rounds);
        Add(_seed);
    }

    protected override Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        var settings = new SimulationSettings
        {
            Clients = Within(arguments, _clients, 2, 2000),
            Rounds = Within(arguments, _rounds, 1, 1000),
            Seed = arguments.GetValue(_seed),
        };
        var report = new FederationSimulation(settings).Run(cancel);
        output.Write(report, console => Draw(report, console));
        return Task.FromResult(ExitCode.Done);
    }

    private static int Within(ParseResult arguments, Option<int> option, int least, int most)
    {
        var value = arguments.GetValue(option);
        return value >= least && value <= most ? value : throw new CliException($"{option.Name} must be {least} to {most}", ExitCode.Usage);
    }

    private static void Draw(SimulationReport report, IAnsiConsole console)
    {
        var settings = report.Settings;
        var table = new Table().AddColumns("", "pooled", "per box", $"per box, < {settings.Few} judged", "boxes better than before", "ε");
        foreach (var arm in report.Arms)
        {
            table.AddRow(
                Markup.Escape(arm.Name), Percent(arm.Pooled), Percent(arm.PerBox), Percent(arm.PerBoxFew), Percent(arm.BetterThanBefore),
                arm.Epsilon?.ToString("0.0", CultureInfo.InvariantCulture) ?? "");
        }

        var text = console.Profile.Out.Writer;
        text.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{settings.Clients} boxes ({report.BoxesWithFew} with fewer than {settings.Few} judged alerts), {settings.Rounds} rounds: false alarms that pass at {settings.Recall:0%} recall"));
        console.Write(table);
        text.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"per box and round: {report.BytesDown} bytes down, {report.BytesUp} bytes up, {report.CpuMillisecondsPerRound:0.0} ms of one core (longest {report.CpuMillisecondsLongest:0.0} ms)"));
    }

    private static string Percent(double share) => share.ToString("0.0%", CultureInfo.InvariantCulture);
}
