using Appliance.Native.Mosquitto;
using Microsoft.Extensions.Logging;

namespace Appliance.Delivery.Mqtt.Fleet;

/// <summary>
/// Listens to the neighbours over a connection of its own: ten thousand retained messages that arrive at once must not push an
/// acknowledgement or a command out of the box's own session.
/// </summary>
public sealed class FleetWatch
{
    private readonly MqttLink? _link;

    /// <param name="options">Validated.</param>
    /// <param name="identity">Who the box is.</param>
    /// <param name="clock">Time.</param>
    /// <param name="loggers">Makes the logger.</param>
    /// <param name="suffix">End of the client id: a program beside the daemon takes one of its own.</param>
    public FleetWatch(MqttOptions options, ApplianceIdentity identity, TimeProvider clock, ILoggerFactory loggers, string suffix = "")
    {
        Board = new(options.TopicPrefix ?? "ea/" + identity.Serial, clock);
        if (!options.Enabled || !options.Fleet)
            return;

        _link = new(
            new(() => Connection(options, identity, suffix), options.ConnectTimeout, options.ReconnectFirst, options.ReconnectLongest, null, null),
            clock, loggers.CreateLogger<MqttLink>());
        foreach (var filter in Board.Filters)
            _link.Subscribe(filter, 1, Board.Take);
    }

    /// <summary>What was heard; stays while the broker is away.</summary>
    public FleetBoard Board { get; }

    /// <summary>State of the connection; null = switched off.</summary>
    public MqttHealth? Health => _link?.Health;

    /// <summary>Listens until stopped.</summary>
    public Task Run(CancellationToken stopping) => _link?.Run(stopping) ?? Task.CompletedTask;

    private static MosquittoOptions Connection(MqttOptions options, ApplianceIdentity identity, string suffix) => new()
    {
        Host = options.Host,
        Port = options.EffectivePort,
        ClientId = (options.ClientId ?? "ea-" + identity.Serial) + "-fleet" + suffix,
        CleanStart = true,
        KeepAlive = options.KeepAlive,
        Username = options.Username,
        Password = options.PasswordFile is { } file ? File.ReadLines(file).FirstOrDefault() : options.Password,
        Tls = options.Tls ? new(options.CaFile, options.CertFile, options.KeyFile) : null,
        // Both topics of every box may arrive at once.
        ReceiveBuffer = 2 * FleetBoard.MostBoxes,
    };
}
