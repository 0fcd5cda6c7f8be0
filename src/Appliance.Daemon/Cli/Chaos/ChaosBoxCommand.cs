using System.CommandLine;
using System.Globalization;
using Appliance.Core;
using Appliance.Core.Alerts;
using Appliance.Core.Recognition;
using Appliance.Daemon.Host;
using Appliance.Daemon.Pipeline;
using Appliance.Delivery.Mqtt;

namespace Appliance.Daemon.Cli.Chaos;

/// <summary>
/// <c>chaos box</c>: the daemon's runtime without cameras and REST, with alerts out of a generator instead. From
/// <see cref="AlertDispatcher.Raise"/> on everything is as in the daemon. Says <c>stored SEQ ID</c> of each alert that is durable;
/// a line on standard input ends the generator, after which it says <c>waiting N</c> until nothing waits.
/// </summary>
internal sealed class ChaosBoxCommand : Verb
{
    public const string Serial = "chaos";
    public const string Consumer = "vms-1";

    private readonly Option<string> _data = new("--data") { Description = "Data folder.", Required = true };
    private readonly Option<int> _port = new("--port") { Description = "The broker's port on loopback.", Required = true };
    private readonly Option<double> _rate = new("--rate") { Description = "Alerts per second.", DefaultValueFactory = _ => 50 };

    public ChaosBoxCommand()
        : base("box", "One box of a kill campaign.")
    {
        Hidden = true;
        foreach (var option in (Option[])[_data, _port, _rate])
            Add(option);
    }

    protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        var data = arguments.GetValue(_data)!;
        using var loggers = HostLogging.Create(LogLevel.Error);
        await using var runtime = await ApplianceRuntime.StartAsync(
            Settings(data, arguments.GetValue(_port)), _ => Task.FromResult<IReadOnlyList<Capture.Cameras.CameraOptions>>([]),
            TimeProvider.System, loggers, cancel);
        runtime.Pipeline.Alerts.Stored += alert => output.WriteLine(alert, string.Create(CultureInfo.InvariantCulture, $"stored {alert.Seq} {alert.Id}"));
        output.WriteLine(0, "ready");

        var quiet = Task.Run(Console.In.ReadLine, cancel);
        using var pace = new PeriodicTimer(TimeSpan.FromSeconds(1 / arguments.GetValue(_rate)));
        while (!quiet.IsCompleted && await pace.WaitForNextTickAsync(cancel))
            runtime.Pipeline.Alerts.Raise(Make(runtime));

        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        long waiting;
        do
        {
            waiting = runtime.Pipeline.Alerts.Waiting + runtime.Store.Outboxes.Sum(outbox => outbox.Depth);
            output.WriteLine(0, string.Create(CultureInfo.InvariantCulture, $"waiting {waiting}"));
        }
        while (waiting > 0 && await look.WaitForNextTickAsync(cancel));
        return ExitCode.Done;
    }

    private static RuntimeOptions Settings(string data, int port) => new()
    {
        Identity = new(Serial, "Kill campaign", RuntimeOptionsFactory.Version, Guid.NewGuid()),
        Store = new() { DataDirectory = data, ReserveBytes = 0 },
        Pipeline = new() { Workers = 0 },
        Mqtt = new()
        {
            Host = "127.0.0.1",
            Port = port,
            RequiredConsumers = [Consumer],
            // As short as it goes: a campaign lives faster than a site.
            ReconnectFirst = TimeSpan.FromMilliseconds(50),
            ReconnectLongest = TimeSpan.FromMilliseconds(400),
            RedeliverAfter = TimeSpan.FromSeconds(1),
            RedeliverLongest = TimeSpan.FromSeconds(4),
        },
    };

    private static Alert Make(ApplianceRuntime runtime)
    {
        var now = DateTimeOffset.UtcNow;
        return new()
        {
            Id = new(Ulid.New(now)),
            BootId = runtime.Options.Identity.BootId,
            Kind = AlertKinds.Watchlist,
            Severity = Severity.Critical,
            Camera = new("gate"),
            Utc = now,
            Box = new(612.5f, 201, 88, 110),
            FrameWidth = 1280,
            FrameHeight = 720,
            DetectionScore = 0.93f,
            Match = new(new PersonId(Ulid.New(now)), "Nobody Atall", "banned", 0.74f, 0.41f, 0.52f, 4),
            Models = ["generator"],
        };
    }
}
