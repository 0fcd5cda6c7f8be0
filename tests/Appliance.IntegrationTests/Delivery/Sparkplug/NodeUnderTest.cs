using Appliance.Core.Alerts;
using Appliance.Core.Cameras;
using Appliance.Delivery;
using Appliance.Delivery.Mqtt;
using Appliance.Delivery.Outputs;
using Appliance.Delivery.Sparkplug;
using Appliance.IntegrationTests.Support;
using Microsoft.Extensions.Logging;

namespace Appliance.IntegrationTests.Delivery.Sparkplug;

/// <summary>What survives a power cut, in memory.</summary>
internal sealed class MemoryOfNode(int lastBirthDeath = 255) : INodeMemory
{
    private readonly Dictionary<string, AlertTally> _tallies = [];
    private int _last = lastBirthDeath;

    public ValueTask<int> NextBirthDeath(CancellationToken cancel) => new(_last = (_last + 1) % 256);

    public ValueTask<IReadOnlyList<AlertTally>> Tallies(CancellationToken cancel) => new([.. _tallies.Values]);

    public ValueTask Save(IReadOnlyCollection<AlertTally> tallies, CancellationToken cancel)
    {
        foreach (var tally in tallies)
            _tallies[tally.Camera] = tally;
        return default;
    }
}

/// <summary>An edge node with a relay bank, run until disposed.</summary>
internal sealed class NodeUnderTest : IAsyncDisposable
{
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);
    public static readonly DeviceFacts Facts = new("Acme", "Edge 7", "Debian GNU/Linux", "12");

    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    private NodeUnderTest(SparkplugOptions options, INodeMemory memory, MemoryOutbox outbox, Func<Task>? reboot)
    {
        Outbox = outbox;
        var outputs = new OutputsOptions
        {
            Lines =
            [
                new() { Id = "gate-lamp", Line = 1, MaximumOnTime = TimeSpan.FromMinutes(10), AllowRemote = true },
                new() { Id = "siren1", Line = 2 },
            ],
        };
        Outputs = new(outputs, TimeProvider.System, new Logger<OutputBank>(Log));
        Node = new(
            options, new() { Host = "unused.invalid" }, new("7F3A", "Pole 07", "1.4.0", SampleAlerts.BootId), Facts, Outputs,
            new OutputCommands(outputs, Outputs, TimeProvider.System, new Logger<OutputCommands>(Log)), outbox, memory,
            TimeProvider.System, new Logger<SparkplugNode>(Log), reboot)
        {
            Farewell = Patience,
        };
        _running = Task.CompletedTask;
        Camera("gate", true);
        Camera("yard", true);
        Health(0);
        _running = Task.Run(() => Node.Run(_stopping.Token));
    }

    public SparkplugNode Node { get; }

    public OutputBank Outputs { get; }

    public MemoryOutbox Outbox { get; }

    public ErrorTrap Log { get; } = new();

    public static NodeUnderTest Start(
        SparkplugOptions options, INodeMemory? memory = null, MemoryOutbox? outbox = null, Func<Task>? reboot = null) =>
        new(options, memory ?? new MemoryOfNode(), outbox ?? new MemoryOutbox("sparkplug"), reboot);

    /// <summary>Options that meet a test's patience, for brokers on this machine.</summary>
    public static SparkplugOptions Options(
        IEnumerable<int> ports, SparkplugProtocol protocol = SparkplugProtocol.V311, bool aliases = false, string? primaryHost = null,
        bool commands = true, bool reboot = false) => new()
        {
            Enabled = true,
            GroupId = "Site 1",
            Servers = [.. ports.Select(port => new SparkplugServerOptions { Host = "127.0.0.1", Port = port })],
            Protocol = protocol,
            UseAliases = aliases,
            PrimaryHost = primaryHost,
            AllowCommands = commands,
            AllowReboot = reboot,
            ReconnectFirst = TimeSpan.FromMilliseconds(150),
            ReconnectLongest = TimeSpan.FromMilliseconds(150),
            AlertActiveFor = TimeSpan.FromHours(1),
        };

    public void Camera(string id, bool online, double framesPerSecond = 12) => Node.Report(new CameraReport(
        new(id), online ? CameraReportState.Online : CameraReportState.Offline, "", DateTimeOffset.UtcNow, framesPerSecond, 0));

    public void Health(long outboxDepth) =>
        Node.Report(new HealthReport(HealthStatus.Ok, [], outboxDepth, true, DateTimeOffset.UnixEpoch));

    /// <summary>Waits until something holds that raises no event.</summary>
    public static async Task Until(Func<bool> holds, string what)
    {
        using var patience = new CancellationTokenSource(Patience);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (!holds())
        {
            try
            {
                await timer.WaitForNextTickAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail("waited in vain until " + what);
            }
        }
    }

    /// <summary>Ends it in order; what it holds stays for a look.</summary>
    public async Task Stop()
    {
        await _stopping.CancelAsync();
        await _running.WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await Stop();
        Node.Dispose();
        Outputs.Dispose();
        _stopping.Dispose();
    }
}
