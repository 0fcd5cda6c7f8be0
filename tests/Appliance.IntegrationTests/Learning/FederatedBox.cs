using System.Security.Cryptography.X509Certificates;
using Appliance.Grpc;
using Appliance.Learning;
using Appliance.Learning.Adoption;
using Appliance.Learning.Flower;
using Appliance.Learning.Training;
using Appliance.UnitTests.Learning;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.IntegrationTests.Learning;

/// <summary>A box's part in a federation, with judged alerts of its own and without a camera.</summary>
internal sealed class FederatedBox : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly GrpcChannel _channel;
    private readonly Task _running;

    private FederatedBox(GrpcChannel channel, FlowerPolicy policy, NodeKey key, FederationOptions federation, int seed, int judged, bool join)
    {
        _channel = channel;
        Key = key;
        Store.Samples.AddRange(JudgedAlerts.Make(judged, seed));
        var options = new LearningOptions();
        Models = new(Store, Store, options, TimeProvider.System, NullLogger<ModelKeeper>.Instance);
        Worker = new(
            federation, options, new(Store, options), Models, new TrainingGovernor(new NoPressure(), options, rest: (_, _) => { }), Store, Store,
            TimeProvider.System, NullLogger.Instance);
        _running = join
            ? Task.Run(() => new JoinSession(channel, Worker, Link, TimeProvider.System, NullLogger.Instance).RunAsync(_stop.Token))
            : Task.Run(() => new FleetSession(channel, key, policy, Worker, Link, TimeProvider.System, NullLogger.Instance).RunAsync(_stop.Token));
    }

    public static FlowerPolicy Quick { get; } = new()
    {
        AllowedApps = ["acme/heads"],
        PullPause = TimeSpan.FromMilliseconds(20),
        Linger = TimeSpan.FromMilliseconds(200),
    };

    public NodeKey Key { get; }

    public MemoryLearningStore Store { get; } = new();

    public ModelKeeper Models { get; }

    public RoundWorker Worker { get; }

    public LinkState Link { get; } = new(TimeProvider.System);

    /// <summary>Ends when the session does: after a stop, or when the server has ended the federation.</summary>
    public Task Running => _running;

    public static FederatedBox Start(
        Uri server, FlowerPolicy? policy = null, NodeKey? key = null, FederationOptions? federation = null, int seed = 1, int judged = 150,
        X509Certificate2Collection? authorities = null, bool join = false) => new(
        new GrpcChannel(new() { Address = server, Authorities = authorities }), policy ?? Quick, key ?? NodeKey.Make(), federation ?? new(), seed,
        judged, join);

    public Task Until(Func<LinkView, bool> condition) => Patience(() => condition(Link.View), () => $"{Link.View}");

    public static async Task Patience(Func<bool> condition, Func<string> state)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(90));
        while (!condition())
        {
            if (limit.IsCancellationRequested)
                Assert.Fail(state());
            await Task.Delay(10);
        }
    }

    /// <summary>Asks it to leave and waits until it has.</summary>
    public async Task Leave()
    {
        await _stop.CancelAsync();
        await _running;
    }

    public async ValueTask DisposeAsync()
    {
        await Leave();
        _channel.Dispose();
        Key.Dispose();
        _stop.Dispose();
    }
}
