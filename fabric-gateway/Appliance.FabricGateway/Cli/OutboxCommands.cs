using System.CommandLine;
using System.Globalization;
using Appliance.FabricGateway.Store;
using Spectre.Console;

namespace Appliance.FabricGateway.Cli;

/// <summary><c>status</c>: the outbox in numbers.</summary>
internal sealed class StatusCommand() : Verb("status", "What waits, what is under way, what is parked, how far events were read.")
{
    protected override Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        using var outbox = Outbox(Configured(arguments));
        var (figures, checkpoint) = (outbox.Figures(), outbox.Checkpoint());
        var oldest = figures.OldestPendingAt == 0 ? (DateTimeOffset?)null : DateTimeOffset.FromUnixTimeMilliseconds(figures.OldestPendingAt);
        output.Write(
            new
            {
                pending = figures.Pending,
                inTransactions = figures.Carried,
                openTransactions = figures.OpenTransactions,
                parked = figures.Parked,
                oldestPendingAt = oldest,
                equivocations = figures.Equivocations,
                devices = figures.Devices,
                eventsReadTo = checkpoint,
            },
            console =>
            {
                var table = new Table().AddColumns("", "").HideHeaders().Border(TableBorder.Rounded);
                table.AddRow("pending", $"{figures.Pending}{(oldest is { } at ? $", the oldest since {at:yyyy-MM-dd HH:mm:ss}Z" : "")}");
                table.AddRow("in transactions", $"{figures.Carried} items in {figures.OpenTransactions} transactions");
                table.AddRow("parked", figures.Parked.ToString(CultureInfo.InvariantCulture));
                table.AddRow("equivocations", figures.Equivocations.ToString(CultureInfo.InvariantCulture));
                table.AddRow("boxes", figures.Devices.ToString(CultureInfo.InvariantCulture));
                table.AddRow("events read to", checkpoint is { } place ? $"block {place.Block}" : "none yet");
                console.Write(table);
            });
        return Task.FromResult(ExitCode.Done);
    }
}

/// <summary><c>list</c>: items, or equivocations.</summary>
internal sealed class ListCommand : Verb
{
    private readonly Option<ItemState?> _state = new("--state") { Description = "Only those pending, carried, committed, parked or dropped." };
    private readonly Option<string?> _device = new("--device") { Description = "Only those of one box.", HelpName = "SERIAL" };
    private readonly Option<int> _limit = new("--limit") { Description = "At most so many, the newest.", DefaultValueFactory = _ => 50 };
    private readonly Option<bool> _equivocations = new("--equivocations") { Description = "Signed statements that cannot both be true, with both texts." };

    public ListCommand()
        : base("list", "Items of the outbox, newest first.")
    {
        foreach (var option in (Option[])[_state, _device, _limit, _equivocations])
            Add(option);
    }

    protected override Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        using var outbox = Outbox(Configured(arguments));
        if (arguments.GetValue(_equivocations))
            Equivocations(outbox, output);
        else
            Items(outbox.Items(arguments.GetValue(_state), arguments.GetValue(_device), arguments.GetValue(_limit)), output);
        return Task.FromResult(ExitCode.Done);
    }

    private static void Items(IReadOnlyList<ItemRow> items, CliOutput output) => output.Write(items, console =>
    {
        var table = new Table().AddColumns("Id", "Kind", "Key", "State", "Via", "Received", "Transaction / reason", "Block").Border(TableBorder.Rounded);
        foreach (var item in items)
        {
            table.AddRow(
                item.Id.ToString(CultureInfo.InvariantCulture), item.Kind.ToString(), Markup.Escape(item.Key), item.State.ToString(), item.Via.ToString(),
                $"{item.ReceivedAt:yyyy-MM-dd HH:mm:ss}Z", Markup.Escape(item.Reason ?? item.TransactionId ?? ""),
                item.Block?.ToString(CultureInfo.InvariantCulture) ?? "");
        }

        console.Write(table);
    });

    private static void Equivocations(OperatorStore outbox, CliOutput output)
    {
        var rows = outbox.Equivocations();
        output.Write(rows, console =>
        {
            var table = new Table().AddColumns("Box", "Kind", "Received", "First", "Second").Border(TableBorder.Rounded);
            foreach (var row in rows)
                table.AddRow(Markup.Escape(row.Device), row.Kind.ToString(), $"{row.ReceivedAt:yyyy-MM-dd HH:mm:ss}Z", Markup.Escape(row.First), Markup.Escape(row.Second));
            console.Write(table);
        });
    }
}

/// <summary><c>retry</c>: parked items once more.</summary>
internal sealed class RetryCommand : Verb
{
    private readonly Argument<long?> _id = new("id") { Description = "Item, as list shows it.", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<bool> _all = new("--all") { Description = "All that are parked." };

    public RetryCommand()
        : base("retry", "Has parked items tried again.")
    {
        Add(_id);
        Add(_all);
    }

    protected override Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        var (id, all) = (arguments.GetValue(_id), arguments.GetValue(_all));
        if (id is null != all)
            throw new CliException("give an id, or --all", ExitCode.Usage);
        using var outbox = Outbox(Configured(arguments));
        var count = outbox.Retry(id);
        output.Say(new { retried = count }, count == 0 ? "nothing is parked under that" : $"{count} go again");
        return Task.FromResult(count > 0 || all ? ExitCode.Done : ExitCode.Failed);
    }
}

/// <summary><c>drop</c>: a parked item is given up.</summary>
internal sealed class DropCommand : Verb
{
    private readonly Argument<long> _id = new("id") { Description = "Item, as list shows it." };
    private readonly Option<string> _reason = new("--reason") { Description = "Why, 3 to 500 characters; goes to the audit log.", Required = true };

    public DropCommand()
        : base("drop", "Gives a parked item up; what waits behind it goes on.")
    {
        Add(_id);
        Add(_reason);
    }

    protected override Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        using var outbox = Outbox(Configured(arguments));
        var count = outbox.Drop(arguments.GetValue(_id), Texts.Reason(arguments.GetValue(_reason)));
        output.Say(new { dropped = count }, count == 0 ? "no such item is parked" : "given up");
        return Task.FromResult(count > 0 ? ExitCode.Done : ExitCode.Failed);
    }
}

/// <summary><c>audit</c>: what operators did.</summary>
internal sealed class AuditCommand : Verb
{
    private readonly Option<int> _limit = new("--limit") { Description = "At most so many, the newest.", DefaultValueFactory = _ => 50 };

    public AuditCommand()
        : base("audit", "What operators did, newest first.") => Add(_limit);

    protected override Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        using var outbox = Outbox(Configured(arguments));
        var rows = outbox.Audit(arguments.GetValue(_limit));
        output.Write(rows, console =>
        {
            var table = new Table().AddColumns("At", "Who", "Did", "To", "Detail").Border(TableBorder.Rounded);
            foreach (var row in rows)
                table.AddRow($"{row.At:yyyy-MM-dd HH:mm:ss}Z", Markup.Escape(row.Who), row.Action, Markup.Escape(row.Subject), Markup.Escape(row.Detail));
            console.Write(table);
        });
        return Task.FromResult(ExitCode.Done);
    }
}

/// <summary>Texts that several verbs ask for.</summary>
internal static class Texts
{
    public static string Reason(string? text) => text is { Length: >= 3 and <= 500 }
        ? text
        : throw new CliException("--reason must have 3 to 500 characters", ExitCode.Usage);

    public static string Hash(string name, string? text) => text is { Length: 64 } && !text.AsSpan().ContainsAnyExcept("0123456789abcdef")
        ? text
        : throw new CliException($"{name} must be 64 lower-case hexadecimal digits", ExitCode.Usage);
}
