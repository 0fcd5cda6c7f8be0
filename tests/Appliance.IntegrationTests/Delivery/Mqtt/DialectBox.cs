using Appliance.Delivery.Mqtt;
using Appliance.IntegrationTests.Support;
using Appliance.UnitTests.Support;

namespace Appliance.IntegrationTests.Delivery.Mqtt;

/// <summary>A box's delivery against a real broker, on a clock that the test moves; one outbox per destination.</summary>
internal sealed class DialectBox : IAsyncDisposable
{
    public static readonly DateTimeOffset Epoch = new(2026, 7, 23, 10, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    private readonly CancellationTokenSource _stop = new();
    private readonly Dictionary<string, MemoryOutbox> _outboxes = [];
    private Task _run = Task.CompletedTask;

    /// <param name="broker">The site's broker.</param>
    /// <param name="dialects">What is on.</param>
    /// <param name="commands">Whether outputs may be switched.</param>
    /// <param name="folder">What the box remembers.</param>
    public DialectBox(MosquittoBroker broker, MqttDialectsOptions dialects, bool commands = false, string? folder = null)
    {
        var options = new MqttOptions
        {
            Host = broker.Host,
            Port = broker.Port,
            ConnectTimeout = TimeSpan.FromMinutes(2),
            ReconnectLongest = TimeSpan.FromSeconds(2),
            AllowCommands = commands,
            Dialects = dialects,
        };
        foreach (var destination in MqttDelivery.Destinations(options))
            _outboxes[destination] = new(destination);
        Delivery = new(
            options, new("7F3A", "Pole 07", "0.1.0", SampleAlerts.BootId), name => _outboxes[name], Clock, Log, folder: folder);
    }

    public ManualClock Clock { get; } = new();

    public ErrorTrap Log { get; } = new();

    public MqttDelivery Delivery { get; }

    public IReadOnlyDictionary<string, MemoryOutbox> Outboxes => _outboxes;

    public DialectBox Run()
    {
        _run = Delivery.Run(_stop.Token);
        return this;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _run.WaitAsync(s_patience);
        _stop.Dispose();
    }
}
