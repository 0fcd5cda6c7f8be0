using System.CommandLine;
using System.Globalization;
using Appliance.Core.Alerts;
using Appliance.Daemon.Cli.Watchlist;
using Appliance.Daemon.Host;
using Appliance.Delivery.Mqtt.Consumers;
using Appliance.Store;
using Microsoft.Extensions.Logging.Abstractions;
using Spectre.Console;

namespace Appliance.Daemon.Cli;

/// <summary><c>outbox</c>: what waits for whom, and queueing it again, while the daemon does not run.</summary>
internal sealed class OutboxCommand : Command
{
    public OutboxCommand()
        : base("outbox", "Look at what waits to be delivered. The daemon must not run; while it does, use REST (/api/v1/outbox).")
    {
        Add(new StatusCommand());
        Add(new ReplayCommand());
    }

    private static async Task<ApplianceStore> Open(ParseResult arguments, CancellationToken cancel)
    {
        try
        {
            var options = RuntimeOptionsFactory.From(CliConfiguration.Load(arguments).Options);
            return await ApplianceStore.Open(options.Store, TimeProvider.System, NullLoggerFactory.Instance, cancel);
        }
        catch (StoreException error)
        {
            throw new CliException(
                error.Fault == StoreFault.InUse ? $"{error.Message} While the daemon runs, use REST (/api/v1/outbox)." : error.Message);
        }
    }

    private sealed class StatusCommand() : Verb("status", "Every destination and its consumers: how many alerts wait, how far each has got.")
    {
        protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            await using var store = await Open(arguments, cancel);
            var destinations = new List<(string Destination, long Depth, IReadOnlyList<ConsumerState> Consumers)>();
            foreach (var outbox in store.Outboxes)
                destinations.Add((outbox.Destination, outbox.Depth, await outbox.Consumers(cancel)));

            var lastSeq = store.Alerts.LastSeq;
            output.Write(
                new { lastSeq, destinations = destinations.Select(one => new { one.Destination, one.Depth, one.Consumers }) },
                console =>
                {
                    var table = new Table().AddColumns("Destination", "Waiting", "Consumer", "Required", "Has all up to", "Behind", "Last seen (UTC)");
                    foreach (var (destination, depth, consumers) in destinations)
                    {
                        table.AddRow(destination, Text(depth), "", "", "", "", "");
                        foreach (var consumer in consumers)
                        {
                            table.AddRow(
                                "", "", Markup.Escape(consumer.Name), consumer.IsRequired ? "yes" : "no", Text(consumer.AcknowledgedThrough),
                                Text(consumer.Behind), consumer.LastSeen?.ToString("u", CultureInfo.InvariantCulture) ?? "never");
                        }
                    }

                    console.Write(table);
                    console.Profile.Out.Writer.WriteLine($"last alert: {lastSeq}");
                });
            return ExitCode.Done;
        }

        private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
    }

    private sealed class ReplayCommand : Verb
    {
        private readonly Argument<long> _from = new("FROM") { Description = "First number." };
        private readonly Argument<long> _to = new("TO") { Description = "Last number, inclusive; at most 10,000 alerts." };

        private readonly Option<string> _destination = new("--destination")
        {
            Description = "Whose outbox.",
            DefaultValueFactory = _ => "mqtt.native",
        };

        public ReplayCommand()
            : base("replay", "Queues stored alerts again; they are sent when the daemon runs. Ids stay the same.")
        {
            Add(_from);
            Add(_to);
            Add(_destination);
        }

        protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            var range = new SeqRange(arguments.GetValue(_from), arguments.GetValue(_to));
            if (!range.IsValid || range.Count > ConsumerMessages.MaxReplay)
                throw new CliException($"FROM and TO must be numbers from 1 on, at most {ConsumerMessages.MaxReplay} alerts", ExitCode.Usage);

            await using var store = await Open(arguments, cancel);
            var name = arguments.GetValue(_destination)!;
            var outbox = store.Outboxes.FirstOrDefault(outbox => outbox.Destination == name)
                ?? throw new CliException(
                    $"no destination {name}; there are: {string.Join(", ", store.Outboxes.Select(one => one.Destination))}", ExitCode.Usage);
            var result = await outbox.Replay(range, cancel);
            await store.Audit.Append(CliBox.Actor, "outbox.replay", name, $"alerts {range}, {result.Queued} queued", cancel);
            output.Write(result, console =>
            {
                console.Profile.Out.Writer.WriteLine($"{result.Queued} alerts wait to be sent again");
                if (result.Gone.Count > 0)
                    console.Profile.Out.Writer.WriteLine($"not on this box any more: {string.Join(", ", result.Gone)}");
            });
            return ExitCode.Done;
        }
    }
}
