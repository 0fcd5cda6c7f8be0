using System.CommandLine;
using Appliance.Daemon.Host;
using Appliance.Daemon.Models;
using Appliance.Daemon.Pipeline;
using Appliance.Inference;
using Appliance.Inference.Health;
using Appliance.Inference.Tuning;
using Appliance.Store;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;

namespace Appliance.Daemon.Cli.Models;

/// <summary><c>models list</c>: every model of the catalogue, its licence, where its file is, and which ones are in use.</summary>
internal sealed class ListCommand : Verb
{
    private readonly Option<bool> _check = new("--check")
    {
        Description = "Load the models in use too and say what they run on.",
    };

    public ListCommand()
        : base("list", "Every model of the catalogue, its licence, where its file is, and which are in use.") => Add(_check);

    protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        var options = RuntimeOptionsFactory.From(CliConfiguration.Load(arguments).Options);
        try
        {
            using var engine = new InferenceEngine(options.Inference);
            await ReadSelection(options, engine, output, cancel);
            if (arguments.GetValue(_check))
            {
                engine.CreateDetector().Dispose();
                engine.CreateEmbedder().Dispose();
            }

            var health = engine.GetHealth();
            var models = ModelState.All(engine);
            output.Write(
                new { health.IsAvailable, health.WhyNot, health.Library, Cpu = CpuFamily.Current, Loaded = health.Models, models },
                console => Show(console, health, models));
            return ExitCode.Done;
        }
        catch (InferenceException error)
        {
            throw new CliException(error.Message);
        }
    }

    /// <summary>What <c>models use</c> chose, where there is a store that can be read.</summary>
    private static async Task ReadSelection(RuntimeOptions options, InferenceEngine engine, CliOutput output, CancellationToken cancel)
    {
        // Looking must not make a store where there is none.
        if (!File.Exists(Path.Combine(options.Store.DataDirectory, "watchpost.db")))
            return;
        try
        {
            await using var store = await ApplianceStore.Open(options.Store, TimeProvider.System, NullLoggerFactory.Instance, cancel);
            (await ModelSelection.Read(store, cancel)).ApplyTo(engine);
        }
        catch (StoreException error)
        {
            output.Note(error.Fault == StoreFault.InUse
                ? "watchpost: the daemon runs; what it has in use and in memory is at GET /api/v1/models"
                : $"watchpost: what is in use is as in the configuration, because the store cannot be read: {error.Message}");
        }
    }

    private static void Show(IAnsiConsole console, InferenceHealth health, IReadOnlyList<ModelState> models)
    {
        var table = new Table().AddColumns("", "Model", "Version", "Kind", "Size", "Licence", "File").Border(TableBorder.Rounded);
        foreach (var model in models)
        {
            table.AddRow(
                model.InUse ? "[green]in use[/]" : "", Markup.Escape(model.Name), Markup.Escape(model.Id[(model.Name.Length + 1)..]),
                ModelKinds.Word(model.Kind), $"{model.Bytes / 1000} kB",
                Markup.Escape(model.Licence + (model.NeedsAcceptance ? " (must be accepted)" : "")),
                Markup.Escape(model.Path ?? (model.Url is null ? "not here; pull --from FOLDER" : "not here; pull")));
        }

        console.Write(table);
        var text = console.Profile.Out.Writer;
        text.WriteLine(health.Library is { } library ? $"ONNX Runtime {library.Version}: {library.Path}" : health.WhyNot);
        foreach (var loaded in health.Models)
        {
            text.WriteLine($"{loaded.Model} runs on {loaded.Provider} ({loaded.Options}), loaded in {loaded.LoadTime.TotalMilliseconds:0} ms");
            foreach (var refusal in loaded.Refusals)
                text.WriteLine($"  not on {refusal.Provider}: {refusal.Reason}");
        }
    }
}
