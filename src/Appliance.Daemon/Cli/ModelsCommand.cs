using System.CommandLine;
using System.Security.Cryptography;
using Appliance.Daemon.Host;
using Appliance.Inference;
using Appliance.Inference.Catalogue;
using Spectre.Console;

namespace Appliance.Daemon.Cli;

/// <summary><c>models</c>: what the catalogue knows, what is on this box, and how a file gets there.</summary>
internal sealed class ModelsCommand : Command
{
    public ModelsCommand()
        : base("models", "Look after the models.")
    {
        Add(new ListCommand());
        Add(new AddCommand());
    }

    private static InferenceOptions Configured(ParseResult arguments) =>
        RuntimeOptionsFactory.From(CliConfiguration.Load(arguments).Options).Inference;

    private sealed class ListCommand : Verb
    {
        private readonly Option<bool> _check = new("--check")
        {
            Description = "Load the models in use too and say what they run on.",
        };

        public ListCommand()
            : base("list", "Every model of the catalogue, its licence, and where its file is.") => Add(_check);

        protected override Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            try
            {
                using var engine = new InferenceEngine(Configured(arguments));
                if (arguments.GetValue(_check))
                {
                    engine.CreateDetector().Dispose();
                    engine.CreateEmbedder().Dispose();
                }

                Write(engine, output);
                return Task.FromResult(ExitCode.Done);
            }
            catch (InferenceException error)
            {
                throw new CliException(error.Message);
            }
        }

        private static void Write(InferenceEngine engine, CliOutput output)
        {
            var health = engine.GetHealth();
            var preferred = Enum.GetValues<ModelKind>()
                .Select(kind => engine.Catalogue.Preferred(kind).FirstOrDefault(model => engine.Catalogue.Find(model) is not null))
                .OfType<ModelEntry>().ToHashSet();
            var models = engine.Catalogue.Models.Select(model => new
            {
                model.Name,
                model.Version,
                model.Kind,
                model.Licence,
                model.CommercialUse,
                model.Sha256,
                Path = engine.Catalogue.Find(model),
                Default = preferred.Contains(model),
                Source = model.Source.Home,
                model.Input,
                model.Output,
                model.Alignment,
                model.Thresholds,
                model.DocumentedLfwAccuracy,
            }).ToList();
            output.Write(new { health.IsAvailable, health.WhyNot, health.Library, Loaded = health.Models, models }, console =>
            {
                var table = new Table().AddColumns("", "Model", "Version", "Kind", "Licence", "File").Border(TableBorder.Rounded);
                foreach (var model in models)
                {
                    table.AddRow(
                        model.Default ? "[green]default[/]" : "", Markup.Escape(model.Name), Markup.Escape(model.Version), $"{model.Kind}",
                        Markup.Escape(model.Licence), Markup.Escape(model.Path ?? "not on this box"));
                }

                console.Write(table);
                var text = console.Profile.Out.Writer;
                text.WriteLine(health.Library is { } library ? $"ONNX Runtime {library.Version}: {library.Path}" : health.WhyNot);
                foreach (var loaded in health.Models)
                {
                    text.WriteLine($"{loaded.Model} runs on {loaded.Provider}, loaded in {loaded.LoadTime.TotalMilliseconds:0} ms");
                    foreach (var refusal in loaded.Refusals)
                        text.WriteLine($"  not on {refusal.Provider}: {refusal.Reason}");
                }
            });
        }
    }

    private sealed class AddCommand : Verb
    {
        private readonly Argument<FileInfo> _file = new("FILE") { Description = "The model's .onnx file." };

        public AddCommand()
            : base("add", "Copies a model of the catalogue into this box's model store, after checking its SHA-256.") => Add(_file);

        protected override Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            try
            {
                var store = Configured(arguments).ModelStore;
                var (model, path) = Install(arguments.GetValue(_file)!, store);
                output.Write(new { model.Name, model.Version, path }, console =>
                    console.Profile.Out.Writer.WriteLine($"{model.Id} is now at {path}"));
                return Task.FromResult(ExitCode.Done);
            }
            catch (Exception error) when (error is InferenceException or IOException or UnauthorizedAccessException)
            {
                throw new CliException(error.Message);
            }
        }

        private static (ModelEntry Model, string Path) Install(FileInfo file, string store)
        {
            var bytes = File.ReadAllBytes(file.FullName);
            var hash = Convert.ToHexStringLower(SHA256.HashData(bytes));
            var model = ModelCatalogue.Open(store).Models.FirstOrDefault(entry => entry.Sha256 == hash)
                ?? throw new CliException($"{file.FullName} is no model of the catalogue (SHA-256 {hash}); see 'watchpost models list --json'");

            Directory.CreateDirectory(store);
            var path = Path.Combine(store, model.File);
            var part = path + ".part";
            File.WriteAllBytes(part, bytes);
            File.Move(part, path, overwrite: true);
            return (model, path);
        }
    }
}
