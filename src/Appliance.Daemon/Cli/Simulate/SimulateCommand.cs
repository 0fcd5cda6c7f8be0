using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Appliance.Daemon.Cli.Chaos;
using Appliance.Daemon.Cli.Demo;
using Appliance.Native.Mosquitto;

namespace Appliance.Daemon.Cli.Simulate;

/// <summary><c>simulate</c>: what a broker makes of a whole fleet.</summary>
internal sealed class SimulateCommand : Verb
{
    // The library opens a socket and a pair of pipe ends for each client.
    private const int FilesPerBox = 3;
    private const int SpareFiles = 300;
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(10);

    private readonly BrokerArguments _broker = new(required: false);
    private readonly Option<int> _boxes = new("--boxes") { Description = "Virtual boxes, 1 to 99999.", DefaultValueFactory = _ => 1000 };
    private readonly Option<double> _rate = new("--rate") { Description = "Alerts per box and second.", DefaultValueFactory = _ => 0.1 };
    private readonly Option<double> _duration = new("--duration") { Description = "Seconds of alerts.", DefaultValueFactory = _ => 30 };
    private readonly Option<double> _state = new("--state-every") { Description = "Seconds between a box's retained states.", DefaultValueFactory = _ => 30 };
    private readonly Option<int> _perProcess = new("--per-process") { Description = "Connections of one process.", DefaultValueFactory = _ => 5000 };
    private readonly Option<bool> _sign = new("--sign") { Description = "Sign each alert (all boxes of a process with one key)." };

    public SimulateCommand()
        : base("simulate", "Drives a fleet of virtual boxes against a broker (without --broker: one of its own) and counts what arrives.")
    {
        _broker.AddTo(this);
        foreach (var option in (Option[])[_boxes, _rate, _duration, _state, _perProcess, _sign])
            Add(option);
        Add(new SimulatePartCommand());
    }

    protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        var (boxes, rate, duration) = (arguments.GetValue(_boxes), arguments.GetValue(_rate), arguments.GetValue(_duration));
        if (boxes is < 1 or > 99_999 || !(rate is > 0 and <= 1000) || !(duration is >= 1 and <= 86_400) || !(arguments.GetValue(_state) >= 1)
            || arguments.GetValue(_perProcess) < 1)
        {
            throw new CliException(
                "--boxes 1 to 99999, --rate above 0 to 1000, --duration 1 to 86400 s, --state-every from 1 s on, --per-process from 1 on", ExitCode.Usage);
        }

        var own = !_broker.IsGiven(arguments);
        RequireFiles(Math.Min(boxes, arguments.GetValue(_perProcess)) * FilesPerBox, "use a smaller --per-process");
        if (own)
            RequireFiles(boxes, "simulate fewer boxes");

        var folder = Directory.CreateTempSubdirectory("watchpost-simulate-").FullName;
        Victim? broker = null;
        try
        {
            string? address = null;
            if (own)
            {
                var port = DemoBroker.FreePort();
                broker = new Victim("broker", ChaosPrograms.Broker(folder, port), _ => { });
                broker.Start();
                await DemoBroker.WaitForPort(port, cancel);
                address = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
            }

            return await Measure(arguments, output, address, cancel);
        }
        catch (MosquittoException error)
        {
            throw new CliException(error.Message);
        }
        finally
        {
            if (broker is not null)
                await broker.DisposeAsync();
            Directory.Delete(folder, recursive: true);
        }
    }

    private async Task<int> Measure(ParseResult arguments, CliOutput output, string? own, CancellationToken cancel)
    {
        var boxes = arguments.GetValue(_boxes);
        var meter = new FleetMeter(boxes);
        using var consumer = MosquittoClient.Connect(
            _broker.Connection(arguments, "simulate-consumer", own) with { CleanStart = true, ReceiveBuffer = 4_000_000 });
        await consumer.Connected;
        consumer.Subscribe("ea/+/cam/+/alert", 1);
        await consumer.Acks.ReadAsync(cancel);
        var metering = meter.Run(consumer);

        var lines = new List<string>();
        var parts = Parts(arguments, boxes, own).Select(part => new Victim("part", ChaosPrograms.Self(part), line =>
        {
            lock (lines)
                lines.Add(line);
        })).ToList();
        try
        {
            parts.ForEach(part => part.Start());
            await Until(lines, line => line == "connected", parts, cancel);
            parts.ForEach(part => part.Say("go"));
            await Until(lines, line => line.StartsWith('{'), parts, cancel);
        }
        finally
        {
            foreach (var part in parts)
                await part.DisposeAsync();
        }

        List<PartResult> results;
        // A reader of an ended process may be at its last line.
        lock (lines)
            results = [.. lines.Where(line => line.StartsWith('{')).Select(line => JsonSerializer.Deserialize(line, PartJson.Default.PartResult)!)];
        var sent = results.Sum(result => result.Sent);
        var waited = Stopwatch.GetTimestamp();
        while (meter.Delivered < sent && Stopwatch.GetElapsedTime(waited) < s_rest)
            await Task.Delay(50, cancel);
        consumer.Disconnect();
        await consumer.Ended;
        await metering;
        return Tell(output, boxes, arguments.GetValue(_rate), sent, results, meter, consumer.DroppedMessages);
    }

    private static int Tell(
        CliOutput output, int boxes, double rate, long sent, List<PartResult> parts, FleetMeter meter, long dropped)
    {
        var seconds = parts.Max(part => part.Seconds);
        var result = new
        {
            boxes,
            rate,
            processes = parts.Count,
            connectSeconds = Math.Round(parts.Max(part => part.ConnectSeconds), 1),
            seconds = Math.Round(seconds, 1),
            sent,
            delivered = meter.Delivered,
            lost = sent - meter.Delivered,
            doubled = meter.Doubled,
            droppedByMeter = dropped,
            alertsPerSecond = Math.Round(sent / seconds),
            statesPerSecond = Math.Round(parts.Sum(part => part.States) / seconds),
            reconnects = parts.Sum(part => part.Reconnects),
            processorSeconds = Math.Round(parts.Sum(part => part.ProcessorSeconds), 1),
            latencyMs = new { p50 = Math.Round(meter.At(0.5), 2), p95 = Math.Round(meter.At(0.95), 2), p99 = Math.Round(meter.At(0.99), 2) },
        };
        output.Write(result, console =>
        {
            var text = console.Profile.Out.Writer;
            text.WriteLine(FormattableString.Invariant(
                $"boxes       {result.boxes} in {result.processes} processes, connected in {result.connectSeconds} s, {result.reconnects} reconnects"));
            text.WriteLine(FormattableString.Invariant(
                $"alerts      {result.alertsPerSecond}/s for {result.seconds} s (asked: {boxes * rate}/s), retained states {result.statesPerSecond}/s"));
            text.WriteLine(FormattableString.Invariant(
                $"            sent {result.sent}, delivered {result.delivered}, lost {result.lost}, doubled {result.doubled}"));
            text.WriteLine(FormattableString.Invariant(
                $"latency     p50 {result.latencyMs.p50} ms, p95 {result.latencyMs.p95} ms, p99 {result.latencyMs.p99} ms (published → at the consumer)"));
            text.WriteLine(FormattableString.Invariant($"processor   {result.processorSeconds} s of the boxes while they sent"));
        });
        return result.lost == 0 && result.doubled == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private IEnumerable<string[]> Parts(ParseResult arguments, int boxes, string? own)
    {
        var processes = (boxes + arguments.GetValue(_perProcess) - 1) / arguments.GetValue(_perProcess);
        for (var (process, first) = (0, 0); process < processes; process++)
        {
            var count = (boxes - first) / (processes - process);
            yield return
            [
                "simulate", "part", .. _broker.Again(arguments, own), "--first", Text(first), "--boxes", Text(count),
                "--rate", Text(arguments.GetValue(_rate)), "--duration", Text(arguments.GetValue(_duration)),
                "--state-every", Text(arguments.GetValue(_state)), .. arguments.GetValue(_sign) ? new[] { "--sign" } : [],
            ];
            first += count;
        }
    }

    private static string Text(double number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Until each process said it.</summary>
    private static async Task Until(List<string> lines, Func<string, bool> wanted, List<Victim> parts, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            lock (lines)
            {
                if (lines.Count(wanted) == parts.Count)
                    return;
            }

            if (parts.Find(part => part.HasEnded) is { } ended && ended.Failed)
                throw new CliException($"a process of the simulation ended: {string.Join('\n', ended.Errors)} (a broker needs one file per box: ulimit -n, LimitNOFILE=)");
            if (Stopwatch.GetElapsedTime(started) > s_patience)
                throw new CliException($"the boxes did not get there within {s_patience.TotalMinutes:0} min");
            await Task.Delay(20, cancel);
        }
    }

    // The runtime raises the soft limit to the hard one by itself; the hard one is the administrator's.
    private static void RequireFiles(int files, string otherwise)
    {
        var line = File.ReadLines("/proc/self/limits").FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        var soft = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        if (long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit < files + SpareFiles)
            throw new CliException($"{files + SpareFiles} open files are needed, the limit is {limit}: raise it (ulimit -n) or {otherwise}");
    }
}
