using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Appliance.Core.Evidence;
using Appliance.Daemon.Cli.Chaos;
using Appliance.Daemon.Cli.Demo;
using Appliance.Daemon.Host;
using Appliance.Native.Mosquitto;

namespace Appliance.Daemon.Cli.Simulate;

/// <summary><c>simulate</c>: what a broker makes of a whole fleet.</summary>
internal sealed class SimulateCommand : Verb
{
    // Sockets of one thread: beyond, looking at all of them costs more than serving them.
    private const int BoxesPerThread = 5000;
    private const int SparesOfFiles = 200;
    private static readonly TimeSpan s_rest = TimeSpan.FromSeconds(10);

    private readonly BrokerArguments _broker = new(required: false);
    private readonly Option<int> _boxes = new("--boxes") { Description = "Virtual boxes, 1 to 99999.", DefaultValueFactory = _ => 1000 };
    private readonly Option<double> _rate = new("--rate") { Description = "Alerts per box and second.", DefaultValueFactory = _ => 0.1 };
    private readonly Option<double> _duration = new("--duration") { Description = "Seconds of alerts.", DefaultValueFactory = _ => 30 };
    private readonly Option<double> _state = new("--state-every") { Description = "Seconds between a box's retained states.", DefaultValueFactory = _ => 30 };
    private readonly Option<int?> _threads = new("--threads") { Description = $"Threads; default one per {BoxesPerThread} boxes." };
    private readonly Option<bool> _sign = new("--sign") { Description = "Sign each alert (all boxes with one key)." };

    public SimulateCommand()
        : base("simulate", "Drives a fleet of virtual boxes against a broker (without --broker: one of its own) and counts what arrives.")
    {
        _broker.AddTo(this);
        foreach (var option in (Option[])[_boxes, _rate, _duration, _state, _threads, _sign])
            Add(option);
    }

    protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        var (boxes, rate, duration) = (arguments.GetValue(_boxes), arguments.GetValue(_rate), arguments.GetValue(_duration));
        if (boxes is < 1 or > 99_999 || !(rate is > 0 and <= 1000) || !(duration is >= 1 and <= 86_400) || !(arguments.GetValue(_state) >= 1))
            throw new CliException("--boxes 1 to 99999, --rate above 0 to 1000, --duration 1 to 86400 s, --state-every from 1 s on", ExitCode.Usage);
        RequireFiles(boxes + SparesOfFiles);

        var folder = Directory.CreateTempSubdirectory("watchpost-simulate-").FullName;
        Victim? broker = null;
        try
        {
            string? own = null;
            if (!_broker.IsGiven(arguments))
            {
                var port = DemoBroker.FreePort();
                broker = new Victim("broker", ChaosPrograms.Broker(folder, port), _ => { });
                broker.Start();
                await DemoBroker.WaitForPort(port, cancel);
                own = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}");
            }

            return await Measure(arguments, output, own, cancel);
        }
        catch (MosquittoException error)
        {
            throw new CliException(
                $"{error.Message}{(broker is null ? "" : ": " + string.Join('\n', broker.Errors))} (a broker needs one file per box: ulimit -n, LimitNOFILE=)");
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

        using var signer = arguments.GetValue(_sign) ? Signer() : null;
        var threads = Math.Max(1, arguments.GetValue(_threads) ?? (boxes + BoxesPerThread - 1) / BoxesPerThread);
        using var ready = new Barrier(threads);
        var fleets = Plans(arguments, boxes, threads, signer)
            .Select(plan => new VirtualFleet(plan, id => _broker.Connection(arguments, id, own))).ToList();
        var processor = Environment.CpuUsage.TotalTime;
        await Task.WhenAll(fleets.Select(fleet => Task.Factory.StartNew(
            () => fleet.Run(ready, cancel), cancel, TaskCreationOptions.LongRunning, TaskScheduler.Default)));

        var sent = fleets.Sum(fleet => fleet.Sent);
        var waited = Stopwatch.GetTimestamp();
        while (meter.Delivered < sent && Stopwatch.GetElapsedTime(waited) < s_rest)
            await Task.Delay(50, cancel);
        consumer.Disconnect();
        await consumer.Ended;
        await metering;
        return Tell(output, boxes, arguments.GetValue(_rate), sent, fleets, meter, consumer.DroppedMessages, Environment.CpuUsage.TotalTime - processor);
    }

    private static int Tell(
        CliOutput output, int boxes, double rate, long sent, List<VirtualFleet> fleets, FleetMeter meter, long dropped, TimeSpan processor)
    {
        var seconds = fleets.Max(fleet => fleet.Seconds);
        var result = new
        {
            boxes, rate, connectSeconds = Math.Round(fleets.Max(fleet => fleet.ConnectSeconds), 1), seconds = Math.Round(seconds, 1),
            sent, delivered = meter.Delivered, lost = sent - meter.Delivered, doubled = meter.Doubled, droppedByMeter = dropped,
            alertsPerSecond = Math.Round(sent / seconds), statesPerSecond = Math.Round(fleets.Sum(fleet => fleet.States) / seconds),
            reconnects = fleets.Sum(fleet => fleet.Reconnects), processorSeconds = Math.Round(processor.TotalSeconds, 1),
            latencyMs = new { p50 = Math.Round(meter.At(0.5), 2), p95 = Math.Round(meter.At(0.95), 2), p99 = Math.Round(meter.At(0.99), 2) },
        };
        output.Write(result, console =>
        {
            var text = console.Profile.Out.Writer;
            text.WriteLine(FormattableString.Invariant($"boxes       {result.boxes} connected in {result.connectSeconds} s, {result.reconnects} reconnects"));
            text.WriteLine(FormattableString.Invariant(
                $"alerts      {result.alertsPerSecond}/s for {result.seconds} s (asked: {boxes * rate}/s), retained states {result.statesPerSecond}/s"));
            text.WriteLine(FormattableString.Invariant(
                $"            sent {result.sent}, delivered {result.delivered}, lost {result.lost}, doubled {result.doubled}"));
            text.WriteLine(FormattableString.Invariant(
                $"latency     p50 {result.latencyMs.p50} ms, p95 {result.latencyMs.p95} ms, p99 {result.latencyMs.p99} ms (published → at the consumer)"));
            text.WriteLine(FormattableString.Invariant($"processor   {result.processorSeconds} s (boxes and consumer, without the broker)"));
        });
        return result.lost == 0 && result.doubled == 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private IEnumerable<FleetPlan> Plans(ParseResult arguments, int boxes, int threads, JwsSigner? signer)
    {
        for (var (thread, first) = (0, 0); thread < threads; thread++)
        {
            var count = (boxes - first) / (threads - thread);
            yield return new(
                first, count, arguments.GetValue(_rate), TimeSpan.FromSeconds(arguments.GetValue(_state)),
                TimeSpan.FromSeconds(arguments.GetValue(_duration)), signer);
            first += count;
        }
    }

    private static JwsSigner Signer()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=simulated", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return new([certificate], DeviceCertificate.AlertType);
    }

    // The runtime raises the soft limit to the hard one by itself; the hard one is the administrator's.
    private static void RequireFiles(int files)
    {
        var line = File.ReadLines("/proc/self/limits").FirstOrDefault(line => line.StartsWith("Max open files", StringComparison.Ordinal));
        var soft = line?.Split(' ', StringSplitOptions.RemoveEmptyEntries)[3];
        if (long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit < files)
            throw new CliException($"{files} open files are needed, the limit is {limit}: raise it (ulimit -n {files}) or simulate fewer boxes");
    }
}
