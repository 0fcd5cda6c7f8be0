using System.CommandLine;
using Appliance.Core.Alerts;
using Appliance.Core.Evidence.Bundles;
using Appliance.Core.Evidence.Signatures;
using Appliance.Daemon.Cli.Watchlist;
using Appliance.Daemon.Evidence.Exports;
using Appliance.Daemon.Evidence.Keys;
using Appliance.Daemon.Evidence.Masking;
using Appliance.Daemon.Host;
using Appliance.Daemon.Pipeline;
using Appliance.Native.Secp256k1;
using Appliance.Store;
using Appliance.Store.Evidence;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;

namespace Appliance.Daemon.Cli;

/// <summary>
/// <c>evidence</c>: list, show, hand out and check evidence. All but <c>verify</c> work on the box while the daemon does not run (over REST
/// while it does: <c>hold</c> and <c>destroy</c> ask it themselves); <c>verify</c> needs nothing but the file.
/// </summary>
internal sealed partial class EvidenceCommand : Command
{
    public EvidenceCommand()
        : base("evidence", "Look at, hand out and check the evidence of alerts.")
    {
        Add(new ListCommand());
        Add(new ShowCommand());
        Add(new ExportCommand());
        Add(new VerifyCommand());
        Add(new HoldCommand());
        Add(new DestroyCommand());
        Add(new KeyCommand());
        Add(new EvidenceNotesCommand());
    }

    private static Argument<string> AlertArgument() => new("ALERT") { Description = "Id of the alert." };

    private static CliException Explain<T>(in Change<T> change, string alert) => new(change.Status == ChangeStatus.NotFound
        ? $"there is no evidence of an alert {alert}"
        : change.Reason ?? "it was refused");

    /// <summary>The store of the configured box.</summary>
    private sealed class Box : IAsyncDisposable
    {
        private Box(ApplianceStore store, RuntimeOptions options) => (Store, Options) = (store, options);

        public ApplianceStore Store { get; }

        public RuntimeOptions Options { get; }

        public EvidenceStore Evidence => Store.Evidence;

        public static async Task<Box> Open(ParseResult arguments, CancellationToken cancel)
        {
            var options = RuntimeOptionsFactory.From(CliConfiguration.Load(arguments).Options);
            try
            {
                return new(await ApplianceStore.Open(options.Store, TimeProvider.System, NullLoggerFactory.Instance, cancel), options);
            }
            catch (StoreException error) when (error.Fault == StoreFault.InUse)
            {
                throw new BoxRunsException($"{error.Message} While the daemon runs, use REST (/swagger, tag Evidence) or stop it first.");
            }
            catch (StoreException error)
            {
                throw new CliException(error.Message);
            }
        }

        public async Task<EvidenceKeys> Keys(CancellationToken cancel)
        {
            var keys = new EvidenceKeys(Options.Store.DataDirectory, Evidence);
            await keys.Load(Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY"), cancel);
            return keys.WhyNot is { } reason ? throw new CliException(reason) : keys;
        }

        public ValueTask DisposeAsync() => Store.DisposeAsync();
    }

    private sealed class ListCommand : Verb
    {
        private readonly Option<int> _limit = new("--limit") { Description = "How many, newest first.", DefaultValueFactory = _ => 50 };

        public ListCommand()
            : base("list", "Evidence of the latest alerts.") => Add(_limit);

        protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            await using var box = await Box.Open(arguments, cancel);
            var page = await box.Evidence.List(new(), null, Math.Clamp(arguments.GetValue(_limit), 1, 10_000), cancel);
            output.Write(page.Items.Select(Endpoints.EvidenceRecordView.From), console =>
            {
                var table = new Table().AddColumns("Alert", "Seq", "UTC", "Camera", "State", "Bytes", "Batch", "Hold", "IPFS", "Reason").Border(TableBorder.Rounded);
                foreach (var one in page.Items)
                {
                    table.AddRow(
                        one.Alert.Value, $"{one.Seq}", $"{one.Utc:yyyy-MM-dd HH:mm:ss}", Markup.Escape(one.Camera), $"{one.State}", $"{one.Bytes}",
                        $"{one.Batch}", one.Hold is null ? "" : "held",
                        one.Pinning == PinState.Waiting ? "" : $"{one.Pinning}", Markup.Escape(one.Reason));
                }

                console.Write(table);
            });
            return ExitCode.Done;
        }
    }

    private sealed class ShowCommand : Verb
    {
        private readonly Argument<string> _alert = AlertArgument();

        public ShowCommand()
            : base("show", "The manifest of one alert, its signature and its place in the log.") => Add(_alert);

        protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            await using var box = await Box.Open(arguments, cancel);
            var alert = new AlertId(arguments.GetValue(_alert)!);
            var record = await box.Evidence.Find(alert, cancel) ?? throw new CliException($"there is no evidence of an alert {alert}");
            var manifest = await box.Evidence.Manifest(alert, cancel);
            var pins = await box.Evidence.Pins(alert, cancel);
            var view = Endpoints.EvidenceRecordView.From(record);
            output.Write(
                new { record = view, pins, manifest = manifest is null ? (System.Text.Json.JsonElement?)null : System.Text.Json.JsonDocument.Parse(manifest).RootElement },
                console =>
                {
                    var text = console.Profile.Out.Writer;
                    text.WriteLine($"{record.Alert}: {record.State}{(record.Reason.Length > 0 ? ", " + record.Reason : "")}");
                    text.WriteLine($"signed by {view.Signer}, batch {view.Batch}, leaf {view.Leaf}");
                    text.WriteLine($"digest    {view.Digest}");
                    text.WriteLine($"signature {view.Signature}");
                    foreach (var pin in pins)
                        text.WriteLine($"ipfs      {pin.Cid}  {pin.Name}");
                    if (record.PinReason.Length > 0)
                        text.WriteLine($"not on ipfs: {record.PinReason}");
                    if (manifest is not null)
                        text.WriteLine(System.Text.Encoding.UTF8.GetString(manifest));
                });
            return ExitCode.Done;
        }
    }

    private sealed class ExportCommand : Verb
    {
        private readonly Argument<string> _alert = AlertArgument();
        private readonly Option<FileInfo?> _out = new("--out", "-o") { Description = "The ZIP file; default: evidence-ALERT.zip." };
        private readonly Option<string?> _original = new("--original") { Description = "Hand out originals instead of pixelated pictures, for this reason (audited).", HelpName = "REASON" };

        public ExportCommand()
            : base("export", "One self-contained ZIP: artefacts, manifest, signatures, proof, and a page that checks it.")
        {
            Add(_alert);
            Add(_out);
            Add(_original);
        }

        protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            await using var box = await Box.Open(arguments, cancel);
            await box.Keys(cancel);
            using var views = new EvidenceViews(box.Evidence);
            var exporter = new EvidenceExporter(
                box.Evidence, box.Store.Audit, views, box.Options.Store.DataDirectory, box.Options.Identity.Serial, TimeProvider.System);
            var alert = arguments.GetValue(_alert)!;
            try
            {
                var export = await exporter.Export(new AlertId(alert), arguments.GetValue(_original), CliBox.Actor, cancel);
                var zip = export.Value ?? throw Explain(export, alert);
                var path = arguments.GetValue(_out)?.FullName ?? Path.GetFullPath($"evidence-{alert}.zip");
                await File.WriteAllBytesAsync(path, zip, cancel);
                output.Write(new { path, bytes = zip.Length }, console => console.Profile.Out.Writer.WriteLine($"{path}: {zip.Length} bytes"));
                return ExitCode.Done;
            }
            catch (StoreException error)
            {
                throw new CliException(error.Message);
            }
        }
    }

    private sealed class VerifyCommand : Verb
    {
        private readonly Argument<FileInfo> _file = new("FILE") { Description = "The exported ZIP, or JSON of a note." };
        private readonly Option<string?> _address = new("--address") { Description = "The box's address as the register has it (0x…)." };

        public VerifyCommand()
            : base("verify", "Checks an exported ZIP on any machine and says in plain words what holds and what was changed.")
        {
            Add(_file);
            Add(_address);
        }

        protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            EthereumAddress? expected = null;
            if (arguments.GetValue(_address) is { } text)
                expected = EthereumAddress.TryParse(text, out var address) ? address : throw new CliException($"{text} is no address (EIP-55)", ExitCode.Usage);
            if (Secp256k1Curve.WhyNot is { } missing)
                throw new CliException(missing);
            try
            {
                var zip = await File.ReadAllBytesAsync(arguments.GetValue(_file)!.FullName, cancel);
                var verifier = new BundleVerifier(SignerRecovery.Instance);
                var report = zip.AsSpan().StartsWith("{"u8) ? verifier.VerifyNote(zip, expected) : verifier.Verify(zip, expected);
                output.Write(new { report.Holds, report.Device, report.Address, report.Alert, report.Checks }, console =>
                {
                    var writer = console.Profile.Out.Writer;
                    foreach (var check in report.Checks)
                    {
                        var mark = check.Verdict switch { CheckVerdict.Passed => "ok  ", CheckVerdict.Note => "note", _ => "FAIL" };
                        writer.WriteLine($"{mark}  {check.Name}: {check.Explanation}");
                    }

                    writer.WriteLine(report.Holds ? "Everything in it is as the box signed it." : "It does NOT hold: something was changed.");
                });
                return report.Holds ? ExitCode.Done : ExitCode.Failed;
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new CliException(error.Message);
            }
        }
    }

    private sealed class KeyCommand : Verb
    {
        private readonly Option<bool> _rotate = new("--rotate") { Description = "Make a new key, accepted by the old one." };

        public KeyCommand()
            : base("key", "The box's evidence key: its address, for the register, and the keys before it.") => Add(_rotate);

        protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            await using var box = await Box.Open(arguments, cancel);
            var keys = await box.Keys(cancel);
            if (arguments.GetValue(_rotate) && await keys.Rotate(CliBox.Actor, cancel) is { } reason)
                throw new CliException(reason);
            var records = await box.Evidence.Keys(cancel);
            output.Write(
                new { address = records[^1].Address, keys = records.Select(EvidenceExporter.Describe) },
                console =>
                {
                    foreach (var key in records)
                        console.Profile.Out.Writer.WriteLine($"{key.Number}  {key.Address}  from batch {key.FirstBatch}");
                });
            return ExitCode.Done;
        }
    }
}
