using System.CommandLine;
using Appliance.Delivery.Mqtt;
using Appliance.Delivery.Mqtt.Fleet;
using Appliance.Native.Mosquitto;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.Daemon.Cli.Fleet;

/// <summary><c>fleet</c>: the boxes of the site, as their broker knows them.</summary>
internal sealed class FleetCommand() : Verb("fleet", "Lists the boxes of the site: state, cameras, versions, open alerts.")
{
    private static readonly TimeSpan s_listen = TimeSpan.FromSeconds(3);

    protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        var options = CliConfiguration.Load(arguments).Options;
        if (!options.Mqtt.Enabled)
            throw new CliException("Mqtt.Enabled is false: there is no broker to ask");

        var identity = Host.RuntimeOptionsFactory.From(options).Identity;
        // Under another name than the daemon's, which would be thrown out otherwise.
        var watch = new FleetWatch(options.Mqtt, identity, TimeProvider.System, NullLoggerFactory.Instance, "-cli");
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var listening = watch.Run(stop.Token);
        await Task.Delay(s_listen, cancel);
        var health = watch.Health;
        await stop.CancelAsync();
        await listening;
        if (health is not { IsHealthy: true })
            throw new CliException($"{health?.Broker}: {health?.State} {health?.Reason}");

        var boxes = watch.Board.Boxes;
        output.Write(boxes, console =>
        {
            var to = console.Profile.Out.Writer;
            to.WriteLine($"{"SERIAL",-20} {"STATE",-8} {"HEALTH",-9} {"CAMERAS",-8} {"OPEN",5} {"VERSION",-16} {"ADDRESS",-16} NAME");
            foreach (var box in boxes)
            {
                var state = box.Online switch
                {
                    true => "online",
                    false => "offline",
                    null => "?",
                };
                to.WriteLine(
                    $"{box.Serial,-20} {state,-8} {box.Status,-9} {$"{box.CamerasOnline}/{box.Cameras}",-8} {box.AlertsOpen,5} {box.Version,-16} {box.Address,-16} {box.Name}");
            }
        });
        return ExitCode.Done;
    }
}
