using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Appliance.Core.Evidence.Signatures;
using Appliance.FabricGateway.Configuration;
using Appliance.FabricGateway.Devices;
using Appliance.FabricGateway.Intake;
using Spectre.Console;

namespace Appliance.FabricGateway.Cli;

/// <summary><c>device register|rotate|revoke|confirm|list</c>: the register of boxes and their keys.</summary>
internal sealed class DeviceCommand : Command
{
    private static readonly Argument<string> s_serial = new("serial") { Description = "Serial number of the box." };

    public DeviceCommand()
        : base("device", "The register of boxes and their keys.")
    {
        Add(new RegisterCommand());
        Add(new RotateCommand());
        Add(new RevokeCommand());
        Add(new ConfirmCommand());
        Add(new ListCommand());
    }

    private static string? Parked(GatewayOptions options, string serial) => options.Fabric.Admin ? null : IntakeDesk.WaitsForAdmin(serial);

    private static string Address(string? text) => EthereumAddress.TryParse(text, out var address)
        ? address.Value
        : throw new CliException($"{text} is no address: 0x and 40 hexadecimal digits", ExitCode.Usage);

    /// <summary>Key records from a file as the box gives them at <c>GET /api/v1/evidence/keys</c> (a list, or an object with one).</summary>
    private static IReadOnlyList<(RotationSubmission Key, string Json)> Records(FileInfo file)
    {
        try
        {
            var root = JsonNode.Parse(File.ReadAllText(file.FullName));
            var list = root as JsonArray ?? root?["keys"] as JsonArray ?? root?["items"] as JsonArray ?? throw new CliException($"{file} holds no list of keys");
            var reader = new SubmissionReader(CurveRecovery.Instance);
            return [.. list.Select(node => Record(reader, node!))];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException)
        {
            throw new CliException($"{file}: {error.Message}");
        }
    }

    private static (RotationSubmission Key, string Json) Record(SubmissionReader reader, JsonNode node)
    {
        var wire = new WireKey((string?)node["record"], (string?)node["oldSignature"], (string?)node["newSignature"]);
        var (key, refusal) = reader.Read(wire);
        return key is not null ? (key, key.Record) : throw new CliException($"a key record is refused: {refusal!.Code}: {refusal.Detail}");
    }

    private sealed class RegisterCommand : Verb
    {
        private readonly Option<FileInfo?> _keys = new("--keys")
        {
            Description = "Signed key records of the box (GET /api/v1/evidence/keys): registered here and on the ledger.",
            HelpName = "FILE",
        };

        private readonly Option<string?> _address = new("--address") { Description = "Only the address of its key: here, not on the ledger." };

        private readonly Option<long> _firstBatch = new("--first-batch") { Description = "With --address: the first batch it signs.", DefaultValueFactory = _ => 1 };

        public RegisterCommand()
            : base("register", "Registers a box.")
        {
            Add(s_serial);
            foreach (var option in (Option[])[_keys, _address, _firstBatch])
                Add(option);
        }

        protected override Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            var options = Configured(arguments);
            var serial = arguments.GetValue(s_serial)!;
            var (file, address) = (arguments.GetValue(_keys), arguments.GetValue(_address));
            if (file is null == address is null)
                throw new CliException("give --keys or --address", ExitCode.Usage);

            IReadOnlyList<(string, long)> keys;
            string? records = null;
            if (file is not null)
            {
                var read = Records(file);
                Check(read.Select(entry => entry.Key.Statement).ToList(), serial);
                keys = [.. read.Select(entry => (entry.Key.Statement.NewAddress, entry.Key.Statement.FirstBatch))];
                records = $"[{string.Join(',', read.Select(entry => entry.Json))}]";
            }
            else
            {
                keys = [(Address(address), arguments.GetValue(_firstBatch))];
            }

            using var outbox = Outbox(options);
            var count = outbox.Register(serial, keys, records, Parked(options, serial));
            output.Say(
                new { serial, registered = count > 0, keys = count, onLedger = records is null ? "no" : options.Fabric.Admin ? "queued" : "waits for an admin" },
                count == 0
                    ? $"{serial} is registered already (device list)"
                    : records is null
                        ? $"{serial} is registered here; on the ledger an admin has to do it"
                        : options.Fabric.Admin
                            ? $"{serial} is registered here with {count} keys, and goes to the ledger"
                            : $"{serial} is registered here with {count} keys. {IntakeDesk.WaitsForAdmin(serial)}");
            return Task.FromResult(count > 0 ? ExitCode.Done : ExitCode.Failed);
        }

        private static void Check(IReadOnlyList<KeyStatement> chain, string serial)
        {
            for (var i = 0; i < chain.Count; i++)
            {
                if (chain[i].Device != serial)
                    throw new CliException($"key {i + 1} is of {chain[i].Device}, not of {serial}");
                if (chain[i].Number != i + 1 || chain[i].OldAddress != (i == 0 ? "" : chain[i - 1].NewAddress))
                    throw new CliException($"key {i + 1} does not follow the one before it: all records from the first are needed");
            }

            if (chain.Count == 0)
                throw new CliException("there is no key record in the file");
        }
    }

    private sealed class RotateCommand : Verb
    {
        private readonly Option<FileInfo?> _key = new("--key") { Description = "The new key's signed record (a list with one entry).", HelpName = "FILE" };
        private readonly Option<string?> _address = new("--address") { Description = "Without a record: the new key's address. The old key is lost, say." };
        private readonly Option<long?> _firstBatch = new("--first-batch") { Description = "With --address: the first batch it signs." };
        private readonly Option<string> _reason = new("--reason") { Description = "Why, 3 to 500 characters; goes to the audit log.", Required = true };

        public RotateCommand()
            : base("rotate", "Puts a new key after the known ones.")
        {
            Add(s_serial);
            foreach (var option in (Option[])[_key, _address, _firstBatch, _reason])
                Add(option);
        }

        protected override Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            var options = Configured(arguments);
            var serial = arguments.GetValue(s_serial)!;
            var file = arguments.GetValue(_key);
            var record = file is null ? default : Records(file)[^1];
            if (file is null && (arguments.GetValue(_address) is null || arguments.GetValue(_firstBatch) is null))
                throw new CliException("give --key, or --address and --first-batch", ExitCode.Usage);
            if (record.Key is { } given && given.Statement.Device != serial)
                throw new CliException($"the record is of {given.Statement.Device}, not of {serial}");

            var address = record.Key?.Statement.NewAddress ?? Address(arguments.GetValue(_address));
            var firstBatch = record.Key?.Statement.FirstBatch ?? arguments.GetValue(_firstBatch)!.Value;
            using var outbox = Outbox(options);
            if (record.Key is { } rotation && outbox.Keys(serial).WhyNotRotate(rotation.Statement) is { } why)
                throw new CliException(why);
            var count = outbox.Rotate(serial, address, firstBatch, record.Json, Parked(options, serial), Texts.Reason(arguments.GetValue(_reason)));
            output.Say(
                new { serial, rotated = count > 0, address, firstBatch },
                count > 0
                    ? $"{serial}: {address} signs from batch {firstBatch}"
                    : $"{serial} is not registered, has this key, or its key begins later (device list)");
            return Task.FromResult(count > 0 ? ExitCode.Done : ExitCode.Failed);
        }
    }

    private sealed class RevokeCommand : Verb
    {
        private readonly Option<string> _reason = new("--reason") { Description = "Why, 3 to 500 characters; goes to the audit log and the ledger.", Required = true };

        public RevokeCommand()
            : base("revoke", "From now on nothing of the box is taken. The ledger hears of it when Fabric.Admin is on.")
        {
            Add(s_serial);
            Add(_reason);
        }

        protected override Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            var options = Configured(arguments);
            using var outbox = Outbox(options);
            var serial = arguments.GetValue(s_serial)!;
            var count = outbox.Revoke(serial, Texts.Reason(arguments.GetValue(_reason)), options.Fabric.Admin);
            output.Say(
                new { serial, revoked = count > 0, onLedger = options.Fabric.Admin ? "queued" : "no" },
                count == 0 ? $"{serial} has no key that could be revoked"
                : options.Fabric.Admin ? $"{serial} is revoked here, and goes to the ledger"
                : $"{serial} is revoked here; on the ledger an admin has to do it");
            return Task.FromResult(count > 0 ? ExitCode.Done : ExitCode.Failed);
        }
    }

    private sealed class ConfirmCommand : Verb
    {
        public ConfirmCommand()
            : base("confirm", "An admin did on the ledger what the box's keys wait for: its batches go on.") => Add(s_serial);

        protected override Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            using var outbox = Outbox(Configured(arguments));
            var count = outbox.Confirm(arguments.GetValue(s_serial)!);
            output.Say(new { confirmed = count }, count == 0 ? "nothing of this box waits for an admin" : $"{count} items settled or going again");
            return Task.FromResult(count > 0 ? ExitCode.Done : ExitCode.Failed);
        }
    }

    private sealed class ListCommand() : Verb("list", "Boxes and their keys.")
    {
        protected override Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            using var outbox = Outbox(Configured(arguments));
            var keys = outbox.Devices();
            output.Write(keys, console => Draw(console, keys));
            return Task.FromResult(ExitCode.Done);
        }

        private static void Draw(IAnsiConsole console, IReadOnlyList<DeviceKey> keys)
        {
            var table = new Table().AddColumns("Box", "Key", "Address", "From batch", "By", "Added", "Revoked").Border(TableBorder.Rounded);
            foreach (var key in keys)
            {
                table.AddRow(
                    Markup.Escape(key.Device), key.Number.ToString(CultureInfo.InvariantCulture), key.Address, key.FirstBatch.ToString(CultureInfo.InvariantCulture),
                    key.Source, Time(key.AddedAt), key.RevokedAt is { } at ? Time(at) : "");
            }

            console.Write(table);
        }

        private static string Time(long milliseconds) => $"{DateTimeOffset.FromUnixTimeMilliseconds(milliseconds):yyyy-MM-dd HH:mm}Z";
    }
}
