using System.CommandLine;
using System.Globalization;
using Appliance.Core.Learning;
using Appliance.Daemon.Endpoints;
using Appliance.Daemon.Host;
using Appliance.Daemon.Learning;
using Appliance.Daemon.Pipeline;
using Appliance.Learning;
using Appliance.Learning.Flower;
using Appliance.Store;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;

namespace Appliance.Daemon.Cli.Federation;

/// <summary><c>federation</c>: the box's part in a Flower federation, while the daemon does not run; and a simulation of a whole one.</summary>
internal sealed class FederationCommand : Command
{
    public FederationCommand()
        : base("federation", "Learning with other boxes. The daemon must not run; while it does, use REST (/api/v1/federation).")
    {
        Add(new StatusCommand());
        Add(new WantCommand("join", "Be in the federation from the next start of the daemon on.", join: true));
        Add(new WantCommand("leave", "Stay out of the federation from the next start of the daemon on.", join: false));
        Add(new KeyCommand());
        Add(new RoundsCommand());
        Add(new ListModelsCommand());
        Add(new RollbackCommand());
        Add(new SimulateFederationCommand());
    }

    private static async Task<Box> Open(ParseResult arguments, CancellationToken cancel)
    {
        try
        {
            var options = RuntimeOptionsFactory.From(CliConfiguration.Load(arguments).Options);
            var store = await ApplianceStore.Open(options.Store, TimeProvider.System, NullLoggerFactory.Instance, cancel);
            // Nothing runs here: the service is asked, not started.
            var learning = new LearningService(
                options.Federation, options.Learning, KeyFileOf(options), store.Learning, new FederationNotes(store.Audit, store.Evidence), new Idle(), null,
                TimeProvider.System, NullLoggerFactory.Instance);
            await learning.Models.Open(cancel);
            return new(options, store, learning);
        }
        catch (StoreException error)
        {
            throw new CliException(
                error.Fault == StoreFault.InUse ? $"{error.Message} While the daemon runs, use REST (/api/v1/federation)." : error.Message);
        }
    }

    private static string KeyFileOf(RuntimeOptions options) => Path.Combine(options.Store.DataDirectory, "federation", "node.key");

    private static string Text(double number) => number.ToString("0.###", CultureInfo.InvariantCulture);

    private sealed class Idle : IPipelinePressure
    {
        public long FramesDropped => 0;
    }

    private sealed record Box(RuntimeOptions Options, ApplianceStore Store, LearningService Learning) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            await Learning.DisposeAsync();
            await Store.DisposeAsync();
        }
    }

    private sealed class StatusCommand() : Verb("status", "Whether the box is to be in a federation, and what privacy it has spent.")
    {
        protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            await using var box = await Open(arguments, cancel);
            var wanted = await box.Store.Learning.Number("federation.wanted", cancel);
            var view = FederationStatusView.From(await box.Learning.View(cancel), box.Options.Federation) with
            {
                Wanted = wanted > 0 || (wanted == 0 && box.Options.Federation.Enabled),
            };
            output.Write(view, console =>
            {
                var text = console.Profile.Out.Writer;
                text.WriteLine(view.Configured ? $"server: {view.Server}" : "no server is configured (Federation.Server)");
                text.WriteLine(view.Wanted ? "joins when the daemon starts" : "stays out");
                text.WriteLine(view.Epsilon is { } epsilon
                    ? $"privacy spent by own noise: ε = {Text(epsilon)} at δ = {view.Delta.ToString(CultureInfo.InvariantCulture)}"
                    : "no own noise is added (Federation.NoiseMultiplier)");
            });
            return ExitCode.Done;
        }
    }

    private sealed class WantCommand(string name, string description, bool join) : Verb(name, description)
    {
        protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            await using var box = await Open(arguments, cancel);
            if (join && box.Options.Federation.Server.Length == 0)
                throw new CliException("no server is configured: set Federation.Server", ExitCode.Usage);

            await box.Store.Learning.SetNumber("federation.wanted", join ? 1 : -1, cancel);
            await box.Store.Audit.Append(Watchlist.CliBox.Actor, join ? "federation.join" : "federation.leave", box.Options.Federation.Server, "", cancel);
            output.Write(new { wanted = join }, console => console.Profile.Out.Writer.WriteLine(join ? "will join" : "will stay out"));
            return ExitCode.Done;
        }
    }

    private sealed class KeyCommand() : Verb("key", "The box's public key for the server's operator, as PEM and in OpenSSH's form; made when there is none.")
    {
        protected override Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            var options = RuntimeOptionsFactory.From(CliConfiguration.Load(arguments).Options);
            try
            {
                // No store: it works beside the running daemon too.
                using var key = NodeKey.Open(KeyFileOf(options));
                var view = new NodeKeyView(key.PublicPem, key.PublicOpenSsh(options.Identity.Serial), key.Fingerprint);
                output.Write(view, console =>
                {
                    var text = console.Profile.Out.Writer;
                    text.Write(view.Pem);
                    text.WriteLine(view.OpenSsh);
                });
                return Task.FromResult(ExitCode.Done);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException or System.Security.Cryptography.CryptographicException)
            {
                throw new CliException(error.Message);
            }
        }
    }

    private sealed class RoundsCommand() : Verb("rounds", "The latest rounds: what was trained, how long the update was, what it cost.")
    {
        protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            await using var box = await Open(arguments, cancel);
            var rounds = await box.Store.Learning.Rounds(50, cancel);
            output.Write(rounds, console =>
            {
                var table = new Table().AddColumns("At (UTC)", "Round", "Kind", "Head", "n", "Length", "Sent", "Loss", "Bytes ↑↓", "CPU s", "Outcome");
                foreach (var round in rounds)
                {
                    table.AddRow(
                        round.At.ToString("u", CultureInfo.InvariantCulture), Text(round.Round), round.Kind, round.Head, Text(round.Examples),
                        Text(round.Norm), Text(round.SentNorm), Text(round.Loss), $"{round.BytesSent}/{round.BytesReceived}",
                        Text(round.CpuSeconds), Markup.Escape(round.Outcome));
                }

                console.Write(table);
            });
            return ExitCode.Done;
        }
    }

    private sealed class ListModelsCommand() : Verb("models", "Every version of the trained heads, with its parent, hash and figures.")
    {
        protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            await using var box = await Open(arguments, cancel);
            var models = box.Learning.Models.Models.Select(LearnedModelView.From).ToList();
            output.Write(models, console =>
            {
                var table = new Table().AddColumns("Model", "Head", "State", "Since (UTC)", "Origin", "Parent", "Hash", "Reason");
                foreach (var model in models)
                {
                    table.AddRow(
                        model.Id, model.Head, $"{model.State}", model.Since.ToString("u", CultureInfo.InvariantCulture), Markup.Escape(model.Origin),
                        model.Parent, model.Hash[..12], Markup.Escape(model.Reason));
                }

                console.Write(table);
            });
            return ExitCode.Done;
        }
    }

    private sealed class RollbackCommand : Verb
    {
        private readonly Argument<string> _head = new("HEAD") { Description = "calib or liveness.", DefaultValueFactory = _ => "calib" };

        public RollbackCommand()
            : base("rollback", "Back to the model that was live before; to none when there was none.") => Add(_head);

        protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            await using var box = await Open(arguments, cancel);
            var head = arguments.GetValue(_head)!;
            var taken = await box.Learning.Models.RollBack(head, $"taken back by {Watchlist.CliBox.Actor.Name}", cancel)
                ?? throw new CliException($"no model of head {head} is live");
            await box.Store.Audit.Append(Watchlist.CliBox.Actor, "federation.rollback", taken.Id, head, cancel);
            var live = box.Learning.Models.Live(head)?.Id;
            output.Write(new { taken = taken.Id, live }, console =>
                console.Profile.Out.Writer.WriteLine($"{taken.Id} was taken back; live now: {live ?? "none"}"));
            return ExitCode.Done;
        }
    }
}
