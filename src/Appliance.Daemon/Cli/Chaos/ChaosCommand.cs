using System.CommandLine;
using System.Globalization;

namespace Appliance.Daemon.Cli.Chaos;

/// <summary><c>chaos</c>: proves on this machine that no kill loses or doubles an alert.</summary>
internal sealed class ChaosCommand : Verb
{
    private readonly Option<int> _kills = new("--kills") { Description = "How many kills.", DefaultValueFactory = _ => 100 };
    private readonly Option<int> _seed = new("--seed") { Description = "Of the random points.", DefaultValueFactory = _ => 1 };
    private readonly Option<double> _rate = new("--rate") { Description = "Alerts per second.", DefaultValueFactory = _ => 50 };
    private readonly Option<string?> _folder = new("--folder") { Description = "Keep everything in this new folder; default: a temporary one.", HelpName = "DIR" };
    private readonly Option<string?> _report = new("--report") { Description = "Write a Markdown report.", HelpName = "FILE" };

    public ChaosCommand()
        : base("chaos", "Kills a box, its broker and its consumer at random points under a stream of alerts, and counts what is lost or doubled.")
    {
        foreach (var option in (Option[])[_kills, _seed, _rate, _folder, _report])
            Add(option);
        Add(new ChaosBoxCommand());
    }

    protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        var kept = arguments.GetValue(_folder);
        var folder = kept is null ? Directory.CreateTempSubdirectory("watchpost-chaos-").FullName : Directory.CreateDirectory(kept).FullName;
        try
        {
            var run = new ChaosRun(folder, arguments.GetValue(_kills), arguments.GetValue(_seed), arguments.GetValue(_rate), output.Note);
            var result = await run.Run(cancel);
            if (arguments.GetValue(_report) is { } report)
                await File.WriteAllTextAsync(report, Report(result, arguments.GetValue(_rate)), cancel);
            output.Write(result, console =>
            {
                var text = console.Profile.Out.Writer;
                text.WriteLine($"kills: {Kills(result)} in {result.Seconds:0} s (seed {result.Seed})");
                text.WriteLine($"stored {result.Stored}, confirmed before a kill {result.Confirmed}, taken {result.Consumed}");
                text.WriteLine($"dropped as doubles {result.Doubles}, taken out of order {result.Late}");
                foreach (var fault in result.Faults)
                    text.WriteLine($"FAULT {fault}");
                text.WriteLine(result.Faults.Count == 0 ? "0 lost, 0 doubled" : "the campaign FAILED");
            });
            return result.Faults.Count == 0 ? ExitCode.Done : ExitCode.Failed;
        }
        finally
        {
            if (kept is null)
                Directory.Delete(folder, recursive: true);
        }
    }

    private static string Kills(ChaosResult result) =>
        $"{result.Kills.Values.Sum()} ({string.Join(", ", result.Kills.Select(kill => $"{kill.Key} {kill.Value}"))})";

    private static string Report(ChaosResult result, double rate) => string.Create(CultureInfo.InvariantCulture, $"""
        # Kill campaign

            watchpost chaos --kills {result.Kills.Values.Sum()} --seed {result.Seed} --rate {rate}

        {DateTime.UtcNow:yyyy-MM-dd}, {Environment.ProcessorCount} cores, {System.Runtime.InteropServices.RuntimeInformation.OSDescription}, {result.Seconds:0} s.

        A box (the daemon's runtime without cameras; alerts out of a generator through the true dispatcher, store, outbox and MQTT),
        a mosquitto with its default persistence (written every half hour, so each kill costs it nearly all it holds) and
        `watchpost consume --ack --state --verify` are processes of their own. Each is killed with SIGKILL at random points and
        started again, while the box raises {rate} alerts per second. At the end the store, what the box had called stored before
        it was killed, and the consumer's journal are compared.

        | | |
        |---|---|
        | kills | {result.Kills.Values.Sum()}: {string.Join(", ", result.Kills.Select(kill => $"{kill.Key} {kill.Value}"))} |
        | alerts in the store at the end | {result.Stored}, numbered 1 to {result.Stored} |
        | of them confirmed as durable before a kill | {result.Confirmed} |
        | taken by the consumer | {result.Consumed} |
        | deliveries dropped by the consumer as doubles | {result.Doubles} |
        | taken out of order (after a higher number) | {result.Late} |
        | **lost** | **{(result.Faults.Count == 0 ? "0" : "see below")}** |
        | **doubled** | **{(result.Faults.Count == 0 ? "0" : "see below")}** |

        {(result.Faults.Count == 0 ? "No fault." : string.Join("\n", result.Faults.Select(fault => "- " + fault)))}

        Not in it: power cuts (SIGKILL leaves the kernel's page cache alive; the store syncs every commit, see docs/storage.md).

        """);
}
