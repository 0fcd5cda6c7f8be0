using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using Appliance.Core.Rules;
using Appliance.Core.Rules.Engine;
using Appliance.Daemon.Host.Configuration;

namespace Appliance.Daemon.Cli.Rules;

/// <summary><c>rules</c>: try rules before they are in force.</summary>
internal sealed class RulesCommand : Command
{
    public RulesCommand()
        : base("rules", "Try rules before they are in force.") => Add(new TestCommand());

    /// <summary><c>rules test</c>: a dry run over recorded events. 0 = done, 1 = an expected rule did not fire, 2 = unusable rules or recording.</summary>
    private sealed class TestCommand : Verb
    {
        private readonly Option<string> _events = new("--events")
        {
            Description = "Recording: NDJSON of 'analyze --events' or of /api/v1/events?record=true; - = standard input.",
            HelpName = "FILE",
            Required = true,
        };

        private readonly Option<string?> _rules = new("--rules")
        {
            Description = "The section Rules as a file of its own, or a whole appliance.json; default: the configuration.",
            HelpName = "FILE",
        };

        private readonly Option<string?> _from = new("--from") { Description = "Only events from this time on (UTC unless it says otherwise).", HelpName = "TIME" };

        private readonly Option<string?> _to = new("--to") { Description = "Only events before this time.", HelpName = "TIME" };

        private readonly Option<string[]> _expect = new("--expect")
        {
            Description = "End with 1 if this rule does not fire; may be given several times.",
            HelpName = "RULE",
            DefaultValueFactory = _ => [],
        };

        public TestCommand()
            : base("test", "Asks rules about recorded events: which would have fired when, and why the others did not.")
        {
            foreach (var option in new Option[] { _events, _rules, _from, _to, _expect })
                Add(option);
        }

        protected override Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            var set = new RuleSet(Load(arguments));
            var expected = arguments.GetValue(_expect)!;
            if (expected.FirstOrDefault(id => set.Find(id) is null) is { } unknown)
                throw new CliException($"--expect {unknown}: there is no such rule", ExitCode.Usage);

            var run = new DryRun(set);
            var recording = new RecordedEvents(run, Time(arguments.GetValue(_from)), Time(arguments.GetValue(_to)));
            Read(arguments.GetValue(_events)!, recording);
            Print(run, recording, set, output);
            var silent = expected.Where(id => run.Findings.All(finding => finding.Rule.Id != id)).ToList();
            foreach (var id in silent)
                output.Note($"rules test: {id} was expected to fire and did not");
            return Task.FromResult(silent.Count == 0 ? ExitCode.Done : ExitCode.Failed);
        }

        private static void Print(DryRun run, RecordedEvents recording, RuleSet set, CliOutput output)
        {
            var silent = set.Rules.SelectMany(rule => run.Explain(rule).Select(line => new { Rule = rule.Id, line.Camera, line.Why })).ToList();
            output.Write(
                new
                {
                    events = run.Events,
                    from = recording.Span?.First,
                    to = recording.Span?.Last,
                    fired = run.Findings.Select(finding => new
                    {
                        finding.Utc,
                        Rule = finding.Rule.Id,
                        Kind = finding.Rule.AlertKind,
                        finding.Rule.Actions.Severity,
                        Camera = finding.Camera.Value,
                        finding.Place,
                        finding.Track,
                        finding.Detail,
                    }),
                    silent,
                },
                console =>
                {
                    var text = console.Profile.Out.Writer;
                    text.WriteLine(recording.Span is { } span
                        ? FormattableString.Invariant($"{run.Events} events from {span.First:yyyy-MM-dd HH:mm:ss.f} to {span.Last:yyyy-MM-dd HH:mm:ss.f} UTC")
                        : "no events");
                    foreach (var finding in run.Findings)
                    {
                        text.WriteLine(FormattableString.Invariant(
                            $"{finding.Utc:HH:mm:ss.f}  {finding.Rule.Id}  {finding.Rule.Actions.Severity.ToString().ToLowerInvariant()}  {Where(finding)}  {finding.Detail}"));
                    }

                    text.WriteLine($"{run.Findings.Count} alerts");
                    foreach (var line in silent)
                        text.WriteLine($"not: {line.Rule} on {line.Camera}: {line.Why}");
                });
        }

        private static string Where(DryFinding finding) =>
            finding.Camera.Value + (finding.Place.Length > 0 ? "/" + finding.Place : "") + (finding.Track > 0 ? $" track {finding.Track}" : "");

        private static void Read(string path, RecordedEvents recording)
        {
            try
            {
                if (path == "-")
                {
                    recording.Read(Console.In);
                    return;
                }

                using var lines = new StreamReader(path);
                recording.Read(lines);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
            {
                throw new CliException($"{path}: {error.Message}", ExitCode.Usage);
            }
        }

        private RulesOptions Load(ParseResult arguments)
        {
            if (arguments.GetValue(_rules) is not { } path)
                return CliConfiguration.Load(arguments).Options.Rules;

            try
            {
                using var document = JsonDocument.Parse(File.ReadAllText(path), ConfigurationFile.Json);
                var root = document.RootElement;
                // In a whole configuration Rules is a section; in the section itself it is the list.
                if (root.ValueKind == JsonValueKind.Object && root.TryGetProperty("Rules", out var section) && section.ValueKind == JsonValueKind.Object)
                    root = section;
                var (options, unusable) = OptionsBinder.Bind<RulesOptions>(root);
                var faults = unusable.Select(fault => fault.ToString())
                    .Concat(RulesCheck.Faults(options, new()).Select(fault => $"{fault.Path}: {fault.Reason}")).ToList();
                return faults.Count == 0
                    ? options
                    : throw new CliException($"{path} cannot be used:\n  {string.Join("\n  ", faults)}", ExitCode.Usage);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
            {
                throw new CliException($"{path}: {error.Message}", ExitCode.Usage);
            }
        }

        private static DateTimeOffset? Time(string? text) => text switch
        {
            null => null,
            _ when DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) => time,
            _ => throw new CliException($"'{text}' is not a time; write it like 2026-11-21T22:00:00Z", ExitCode.Usage),
        };
    }
}
