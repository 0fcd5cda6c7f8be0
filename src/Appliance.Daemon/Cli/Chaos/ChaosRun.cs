using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Appliance.Daemon.Cli.Consume;
using Appliance.Daemon.Cli.Demo;
using Appliance.Store;
using Appliance.Store.Alerts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.Daemon.Cli.Chaos;

/// <summary>What a campaign does and found.</summary>
/// <param name="Seed">Of the random points.</param>
/// <param name="Kills">By process.</param>
/// <param name="Seconds">How long it took.</param>
/// <param name="Stored">Alerts in the box's store at the end.</param>
/// <param name="Confirmed">Alerts that the box called durable before it was killed.</param>
/// <param name="Consumed">Alerts that the consumer took.</param>
/// <param name="Doubles">Deliveries that the consumer dropped because it had the alert.</param>
/// <param name="Late">Alerts that the consumer took after one with a higher number.</param>
/// <param name="Faults">What must not be: lost, doubled, renumbered, gaps; empty = the campaign succeeded.</param>
internal sealed record ChaosResult(
    int Seed, IReadOnlyDictionary<string, int> Kills, double Seconds, int Stored, int Confirmed, int Consumed, int Doubles, int Late,
    IReadOnlyList<string> Faults);

/// <summary>
/// A box under a stream of alerts, a broker and a consumer that must acknowledge, each in a process of its own and each killed
/// with SIGKILL at random points. At the end what the store holds, what the box had confirmed and what the consumer took are
/// compared.
/// </summary>
internal sealed class ChaosRun(string folder, int kills, int seed, double rate, Action<string> note)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(3);

    private readonly Random _random = new(seed);
    private readonly Lock _lock = new();
    private readonly Dictionary<long, string> _confirmed = [];
    private readonly List<string> _faults = [];
    private int _doubles;

    private string Data => Path.Combine(folder, "box");

    private string Journal => Path.Combine(folder, "consumer.jsonl");

    public async Task<ChaosResult> Run(CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        var brokerFolder = Directory.CreateDirectory(Path.Combine(folder, "broker")).FullName;
        var port = DemoBroker.FreePort();
        await using var broker = new Victim("broker", ChaosPrograms.Broker(brokerFolder, port), _ => { });
        await using var box = new Victim(
            "box",
            ChaosPrograms.Self("chaos", "box", "--data", Data, "--port", Text(port), "--rate", rate.ToString(CultureInfo.InvariantCulture)),
            TakeBox);
        await using var consumer = new Victim(
            "consumer",
            ChaosPrograms.Self(
                "consume", "--broker", "127.0.0.1:" + Text(port), "--prefix", "ea/" + ChaosBoxCommand.Serial, "--ack", ChaosBoxCommand.Consumer,
                "--state", Journal, "--verify", Path.Combine(Data, "device.crt"), "--from-start", "--tell-doubles"),
            TakeConsumer);

        broker.Start();
        box.Start();
        // The consumer checks signatures with the certificate that the box makes at its first start.
        await Until("the box to be ready", () => box.Lines > 0, box, cancel);
        consumer.Start();

        for (var kill = 1; kill <= kills; kill++)
        {
            await Strike(Choose(broker, box, consumer), box, cancel);
            if (kill % 50 == 0 || kill == kills)
                note($"{kill} kills, {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s, {Confirmed} alerts confirmed");
        }

        await Settle(box, consumer, cancel);
        return await Judge(
            new Dictionary<string, int> { ["box"] = box.Kills, ["broker"] = broker.Kills, ["consumer"] = consumer.Kills },
            Stopwatch.GetElapsedTime(started).TotalSeconds);
    }

    private int Confirmed
    {
        get
        {
            lock (_lock)
                return _confirmed.Count;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private Victim Choose(Victim broker, Victim box, Victim consumer) => _random.Next(100) switch
    {
        < 38 => box,
        < 92 => broker,
        _ => consumer,
    };

    private async Task Strike(Victim victim, Victim box, CancellationToken cancel)
    {
        // Most of the time there is work to interrupt; now and then a process is hit while it starts.
        var progress = _random.Next(5) == 0 ? 0 : _random.Next(1, 15);
        await Until("the box to store alerts", () => box.Lines > progress, box, cancel);
        await Task.Delay(_random.Next(0, 250), cancel);
        await victim.Kill();
        await Task.Delay(_random.Next(4) == 0 ? _random.Next(0, 400) : 0, cancel);
        victim.Start();
    }

    /// <summary>No more kills, no more alerts: everything must arrive now.</summary>
    private async Task Settle(Victim box, Victim consumer, CancellationToken cancel)
    {
        await Until("the box to store alerts", () => box.Lines > 1, box, cancel);
        box.Say("enough");
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        patience.CancelAfter(s_patience);
        try
        {
            await box.Ended(patience.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            _faults.Add($"alerts still waited {s_patience.TotalMinutes:0} min after the last kill");
            await box.DisposeAsync();
        }

        await consumer.DisposeAsync();
    }

    private async Task<ChaosResult> Judge(Dictionary<string, int> killed, double seconds)
    {
        var stored = await ReadStore();
        var taken = ReadJournal();
        var ids = taken.Select(alert => alert.Id).ToHashSet();
        Compare("lost: stored and never taken", stored.Where(alert => !ids.Contains(alert.Value)).Select(alert => alert.Key));
        Compare("taken and not in the store", taken.Where(alert => !stored.TryGetValue(alert.Seq, out var id) || id != alert.Id).Select(alert => alert.Seq));
        Compare("doubled: taken more than once", taken.GroupBy(alert => alert.Id).Where(group => group.Count() > 1).Select(group => group.First().Seq));
        Compare("one number for two alerts", taken.GroupBy(alert => alert.Seq).Where(group => group.Count() > 1).Select(group => group.Key));
        Compare("numbers that were never given", Enumerable.Range(1, stored.Count).Select(seq => (long)seq).Where(seq => !stored.ContainsKey(seq)));
        Compare("confirmed and not in the store", _confirmed.Where(alert => !stored.TryGetValue(alert.Key, out var id) || id != alert.Value).Select(alert => alert.Key));

        var (late, highest) = (0, 0L);
        foreach (var (seq, _) in taken)
        {
            late += seq < highest ? 1 : 0;
            highest = Math.Max(highest, seq);
        }

        return new(seed, killed, seconds, stored.Count, _confirmed.Count, taken.Count, _doubles, late, _faults);
    }

    private void Compare(string what, IEnumerable<long> wrong)
    {
        var all = wrong.ToList();
        if (all.Count > 0)
            _faults.Add($"{what}: {all.Count} alerts, seq {string.Join(", ", all.Take(10))}");
    }

    private async Task<Dictionary<long, string>> ReadStore()
    {
        await using var store = await ApplianceStore.Open(
            new() { DataDirectory = Data, ReserveBytes = 0 }, TimeProvider.System, NullLoggerFactory.Instance);
        var alerts = new Dictionary<long, string>();
        string? cursor = null;
        do
        {
            var page = await store.Alerts.List(new AlertFilter(), cursor, 1000);
            foreach (var alert in page.Items)
                alerts.Add(alert.Alert.Seq, alert.Alert.Id.Value);
            cursor = page.Next;
        }
        while (cursor is not null);
        return alerts;
    }

    private List<(long Seq, string Id)> ReadJournal() =>
    [
        .. File.ReadLines(Journal).Select(line => JsonSerializer.Deserialize(line, JournalJson.Default.JournalLine)!)
            .Where(line => line.Id is not null).Select(line => (line.Seq, line.Id!)),
    ];

    private void TakeBox(string line)
    {
        if (line.Split(' ') is not ["stored", var seq, var id])
            return;
        lock (_lock)
            _confirmed[long.Parse(seq, CultureInfo.InvariantCulture)] = id;
    }

    private void TakeConsumer(string line)
    {
        if (line.StartsWith("double ", StringComparison.Ordinal))
            Interlocked.Increment(ref _doubles);
    }

    private static async Task Until(string what, Func<bool> reached, Victim victim, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        while (!reached())
        {
            if (victim.HasEnded || Stopwatch.GetElapsedTime(started) > s_patience)
                throw new CliException($"waited for {what}, but the {victim.Name} {(victim.HasEnded ? "ended" : "did not")}:\n{string.Join('\n', victim.Errors)}");
            await Task.Delay(10, cancel);
        }
    }
}
