using System.CommandLine;
using System.Globalization;
using Appliance.Daemon.Host;
using Appliance.Inference;
using Appliance.Inference.Catalogue;
using Appliance.Inference.Tuning;
using Spectre.Console;

namespace Appliance.Daemon.Cli;

/// <summary><c>bench</c>: what this machine can do.</summary>
internal sealed class BenchCommand : Command
{
    public BenchCommand()
        : base("bench", "Measure what runs best on this machine.") => Add(new ModelCommand());

    /// <summary><c>bench model</c>: tries session options and keeps the best for this kind of CPU.</summary>
    private sealed class ModelCommand : Verb
    {
        private readonly Argument<string[]> _names = new("NAME")
        {
            Description = "Models of 'watchpost models list'; left out: the ones in use.",
            Arity = ArgumentArity.ZeroOrMore,
        };

        private readonly Option<bool> _all = new("--all") { Description = "Every model that is on this box." };

        private readonly Option<bool> _write = new("--write")
        {
            Description = "Keep the best in models.local.json of the model store, for this kind of CPU.",
        };

        private readonly Option<BenchGoal> _goal = new("--goal")
        {
            Description = "cpu: the least CPU time per run; latency: the shortest run.",
            DefaultValueFactory = _ => BenchGoal.Cpu,
        };

        private readonly Option<double> _seconds = new("--seconds")
        {
            Description = "How long each option is run.",
            DefaultValueFactory = _ => 2,
        };

        public ModelCommand()
            : base("model", "Tries threads, graph optimisation, spinning, arena and execution mode; precision variants side by side.")
        {
            Add(_names);
            foreach (var option in new Option[] { _all, _write, _goal, _seconds })
                Add(option);
            _seconds.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<double>() is not (>= 0.01 and <= 600))
                    result.AddError("--seconds is 0.01 to 600.");
            });
        }

        protected override Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            var options = RuntimeOptionsFactory.From(CliConfiguration.Load(arguments).Options).Inference;
            try
            {
                using var engine = new InferenceEngine(options);
                var bench = new ModelBench(engine, TimeSpan.FromSeconds(arguments.GetValue(_seconds)), arguments.GetValue(_goal));
                var results = new List<BenchResult>();
                foreach (var model in Chosen(engine, arguments))
                {
                    output.Note($"{model.Name} on {CpuFamily.Current}");
                    results.Add(bench.Run(model, row => output.Note($"  {row.Options}: p50 {Ms(row.P50)} ms, CPU {Ms(row.Cpu)} ms"), cancel));
                }

                var path = arguments.GetValue(_write) ? Keep(options.ModelStore, results) : null;
                output.Write(new { cpu = CpuFamily.Current, goal = arguments.GetValue(_goal), results, written = path }, console => Show(console, results, path));
                return Task.FromResult(ExitCode.Done);
            }
            catch (InferenceException error)
            {
                throw new CliException(error.Message);
            }
        }

        private List<ModelEntry> Chosen(InferenceEngine engine, ParseResult arguments)
        {
            var catalogue = engine.Catalogue;
            if (arguments.GetValue(_all))
                return [.. catalogue.Models.Where(model => catalogue.Find(model) is not null)];

            var names = arguments.GetValue(_names)!;
            var chosen = names.Length == 0
                ? [engine.DetectorModel, engine.EmbedderModel]
                : names.Select(name => catalogue.Named(name)
                    ?? throw new CliException($"there is no model '{name}'; see 'watchpost models list'", ExitCode.Usage)).ToList();

            // The same model in other precisions stands beside it.
            return [.. chosen.SelectMany(model => catalogue.Models
                .Where(other => other == model || (other.VariantOf == model.Name && catalogue.Find(other) is not null))).Distinct()];
        }

        private static string Keep(string store, List<BenchResult> results) => LocalTuning.Write(
            store, CpuFamily.Current,
            results.ToDictionary(result => result.Model, result => ModelBench.Keep(result.Best, DateOnly.FromDateTime(DateTime.UtcNow))));

        private static void Show(IAnsiConsole console, List<BenchResult> results, string? path)
        {
            foreach (var result in results)
            {
                var table = new Table { Title = new TableTitle(Markup.Escape($"{result.Model} ({result.Precision}, {result.Input})")) }
                    .AddColumns("", "Options", "p50 ms", "p95 ms", "CPU ms", "memory MB", "runs").Border(TableBorder.Rounded);
                foreach (var row in result.Rows)
                {
                    table.AddRow(
                        row == result.Best ? "[green]best[/]" : "", Markup.Escape(row.Options.ToString()), Ms(row.P50), Ms(row.P95), Ms(row.Cpu),
                        (row.MemoryBytes / 1e6).ToString("0.0", CultureInfo.InvariantCulture), $"{row.Runs}");
                }

                console.Write(table);
            }

            var text = console.Profile.Out.Writer;
            text.WriteLine($"CPU family: {CpuFamily.Current}");
            if (path is not null)
                text.WriteLine($"kept in {path}; in force from the next start on");
        }

        private static string Ms(TimeSpan time) => time.TotalMilliseconds.ToString("0.00", CultureInfo.InvariantCulture);
    }
}
