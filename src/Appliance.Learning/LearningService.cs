using Appliance.Core.Evidence;
using Appliance.Core.Learning;
using Appliance.Grpc;
using Appliance.Learning.Adoption;
using Appliance.Learning.Flower;
using Appliance.Learning.Privacy;
using Appliance.Learning.Training;
using Microsoft.Extensions.Logging;

namespace Appliance.Learning;

/// <summary>What a box shows about its part in a federation.</summary>
/// <param name="Configured">Whether a server is set.</param>
/// <param name="Wanted">Whether the box is to be in it.</param>
/// <param name="Link">Where the connection stands.</param>
/// <param name="Epsilon">ε spent by own noise so far; null = no own noise is added, so there is no figure.</param>
/// <param name="Delta">δ that belongs to it.</param>
/// <param name="Halts">Times training waited for the pipeline.</param>
public sealed record FederationView(bool Configured, bool Wanted, LinkView Link, double? Epsilon, double Delta, long Halts);

/// <summary>
/// Learning as a service: alone (<see cref="LocalLearner"/>), and with others while the box is to be in a federation. Everything else only
/// reads from here.
/// </summary>
public sealed class LearningService : IAsyncDisposable
{
    private const string WantedName = "federation.wanted";

    private readonly FederationOptions _federation;
    private readonly LearningOptions _options;
    private readonly ILearningStore _store;
    private readonly TimeProvider _clock;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly LinkState _link;
    private readonly RoundWorker _worker;
    private readonly LocalLearner _local;
    private readonly TrainingGovernor _governor;
    private readonly string _keyFile;
    private readonly CancellationTokenSource _stopping = new();
    private readonly SemaphoreSlim _turn = new(1);
    private CancellationTokenSource? _membership;
    private Task _member = Task.CompletedTask;
    private Task _learning = Task.CompletedTask;
    private bool _wanted;

    /// <param name="federation">The server.</param>
    /// <param name="options">What is learnt.</param>
    /// <param name="keyFile">Where the node's key lies, or will.</param>
    /// <param name="store">Samples, models, rounds.</param>
    /// <param name="notes">The evidence log.</param>
    /// <param name="pressure">Dropped frames.</param>
    /// <param name="lowerPriority">Makes a training thread nice; null = nothing does.</param>
    /// <param name="clock">Time.</param>
    /// <param name="loggers">Makes the loggers.</param>
    public LearningService(
        FederationOptions federation,
        LearningOptions options,
        string keyFile,
        ILearningStore store,
        IEvidenceNotes notes,
        IPipelinePressure pressure,
        Action? lowerPriority,
        TimeProvider clock,
        ILoggerFactory loggers)
    {
        (_federation, _options, _keyFile, _store, _clock, _loggers) = (federation, options, keyFile, store, clock, loggers);
        _logger = loggers.CreateLogger<LearningService>();
        _link = new(clock);
        _governor = new(pressure, options, lowerPriority);
        Models = new(store, notes, options, clock, loggers.CreateLogger<ModelKeeper>());
        Judge = new(Models);
        var data = new HeadData(store, options);
        _worker = new(federation, options, data, Models, _governor, store, notes, clock, _logger);
        _local = new(options, data, Models, Judge, _governor, store, clock, _logger);
    }

    public ModelKeeper Models { get; }

    public AlertJudge Judge { get; }

    public ILearningStore Store => _store;

    /// <summary>Reads what is kept and begins. A store that fails is said in the log and tried again by the learner.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        try
        {
            await Models.Open(cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // A version that cannot be read must not keep the box from watching: it goes on without a model.
            _logger.LearningStorageFailed(error.Message);
        }

        if (_options.Enabled)
            _learning = Task.Run(() => _local.RunAsync(_stopping.Token), CancellationToken.None);
        // Joined or left by hand outlives a restart: 1 = in, −1 = out, 0 = as configured.
        var byHand = await _store.Number(WantedName, cancel).ConfigureAwait(false);
        if (_federation.Server.Length > 0 && (byHand > 0 || (byHand == 0 && _federation.Enabled)))
            await Enter().ConfigureAwait(false);
    }

    /// <summary>The node's key; made when there is none.</summary>
    public NodeKey OpenKey() => NodeKey.Open(_keyFile);

    /// <summary>Joins now and after every restart. False = no server is configured.</summary>
    public async Task<bool> Join(CancellationToken cancel)
    {
        if (_federation.Server.Length == 0)
            return false;
        await _store.SetNumber(WantedName, 1, cancel).ConfigureAwait(false);
        await Enter().ConfigureAwait(false);
        return true;
    }

    /// <summary>Leaves, after the server had time to fetch the last answer.</summary>
    public async Task Leave(CancellationToken cancel)
    {
        await _store.SetNumber(WantedName, -1, cancel).ConfigureAwait(false);
        await Exit().ConfigureAwait(false);
    }

    public async Task<FederationView> View(CancellationToken cancel)
    {
        double? epsilon = _federation.NoiseMultiplier > 0
            ? new PrivacyAccountant(await _store.Number(RoundWorker.RhoName, cancel).ConfigureAwait(false)).Epsilon(_federation.Delta)
            : null;
        return new(_federation.Server.Length > 0, _wanted, _link.View, epsilon, _federation.Delta, _governor.Halts);
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await Exit().ConfigureAwait(false);
        await _learning.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stopping.Dispose();
    }

    private async Task Enter()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            _wanted = true;
            if (_membership is not null && !_member.IsCompleted)
                return;
            _membership?.Dispose();
            _membership = new();
            var token = _membership.Token;
            _member = Task.Run(() => TakePart(token), CancellationToken.None);
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task Exit()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            _wanted = false;
            if (_membership is null)
                return;
            await _membership.CancelAsync().ConfigureAwait(false);
            await _member.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            _membership.Dispose();
            _membership = null;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task TakePart(CancellationToken stopping)
    {
        try
        {
            using var channel = Open();
            if (_federation.Transport == FederationTransport.Join)
            {
                await new JoinSession(channel, _worker, _link, _clock, _logger).RunAsync(stopping).ConfigureAwait(false);
                return;
            }

            using var key = OpenKey();
            var policy = new FlowerPolicy
            {
                RegistersItself = _federation.Registration == FederationRegistration.Open,
                AllowedApps = _federation.AllowedApps,
                Federation = _federation.Federation,
                MaxMessageBytes = (long)_federation.MaxMessageMegabytes << 20,
            };
            await new FleetSession(channel, key, policy, _worker, _link, _clock, _loggers.CreateLogger<FleetSession>())
                .RunAsync(stopping).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or ArgumentException
                                          or System.Security.Cryptography.CryptographicException)
        {
            // The authority file or the key: said in the status, and tried again at the next join or start.
            _link.Fail(error.Message);
            _logger.FederationRefused(error.Message, Timeout.InfiniteTimeSpan);
        }
    }

    private GrpcChannel Open() => new(new()
    {
        Address = new(_federation.Server),
        AllowPlaintext = _federation.AllowPlaintext,
        Authorities = _federation.AuthorityFile.Length > 0
            ? GrpcChannelOptions.AuthoritiesFromPem(File.ReadAllText(_federation.AuthorityFile))
            : null,
        MaxMessageBytes = _federation.MaxMessageMegabytes << 20,
    });
}
