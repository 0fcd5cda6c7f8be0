using Appliance.Store.Alerts;
using Appliance.Store.Audit;
using Appliance.Store.Database;
using Appliance.Store.Evidence;
using Appliance.Store.Evidence.Anchors;
using Appliance.Store.Evidence.Files;
using Appliance.Store.Evidence.Log;
using Appliance.Store.Keys;
using Appliance.Store.Learning;
using Appliance.Store.Settings;
using Appliance.Store.Users;
using Appliance.Store.Watchlist;
using Microsoft.Extensions.Logging;

namespace Appliance.Store;

/// <summary>Opens the data folder and holds its rooms. One process at a time.</summary>
public sealed partial class ApplianceStore : IAsyncDisposable
{
    private readonly StoreOptions _options;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly StoreDatabase _database;
    private readonly KeyFiles _keys;
    private readonly AlertNumbers _numbers;
    private readonly List<Outbox> _outboxes;
    private readonly CancellationTokenSource _stopping = new();

    private ApplianceStore(
        StoreOptions options, TimeProvider clock, ILoggerFactory loggers, StoreDatabase database, KeyFiles keys, AlertNumbers numbers, StoredState state,
        EvidenceFolder evidence, MerkleLog merkle)
    {
        (_options, _clock, _database, _keys, _numbers) = (options, clock, database, keys, numbers);
        _logger = loggers.CreateLogger<ApplianceStore>();
        var ring = keys.Ring;
        var throttle = new LoginThrottle(database, clock);
        _outboxes = [.. state.Destinations.Select(to => new Outbox(database, ring, to.Name, to.Id, to.Depth, options, clock))];
        _unreadable = state.UnreadablePersons;
        Audit = new(database, clock);
        Alerts = new(database, ring, Audit, numbers, _outboxes, options, clock);
        Watchlist = new(database, ring, Audit, Alerts, state.Persons, options, clock, _logger, _stopping.Token);
        Bundles = new(database, ring, Audit, Watchlist, options, clock);
        Users = new(database, Audit, throttle, state.IsClaimed, clock);
        Tokens = new(database, Audit, clock);
        ClaimCode = new(database, Audit, Users, throttle);
        Settings = new(database, ring, Audit, clock);
        Learning = new(database, ring);
        Evidence = new(database, ring, Audit, evidence, merkle, options.Evidence, clock, _logger);
        WatchlistVersions = new(database, Evidence, options.Evidence.Device, evidence.WatchlistFile, clock);
        Anchors = new(database, Evidence, merkle, WatchlistVersions, Audit, options.Evidence.Device, clock);
        NodeMemory = new(database);
    }

    public AlertLog Alerts { get; }

    public WatchlistStore Watchlist { get; }

    public WatchlistBundles Bundles { get; }

    public AuditLog Audit { get; }

    public UserStore Users { get; }

    public TokenStore Tokens { get; }

    public ClaimCode ClaimCode { get; }

    public SettingsStore Settings { get; }

    public LearningStore Learning { get; }

    public EvidenceStore Evidence { get; }

    /// <summary>Signed states of the watchlist.</summary>
    public WatchlistVersions WatchlistVersions { get; }

    /// <summary>What goes to the companion.</summary>
    public AnchorStore Anchors { get; }

    public NodeMemory NodeMemory { get; }

    /// <summary>
    /// Opens or makes the database, brings it up to date and checks it. A damaged one is set aside and reported in
    /// <see cref="Health"/>; a new one continues its alert numbers.
    /// </summary>
    /// <exception cref="StoreException">Library missing, folder not writable, in use, or written by a newer program.</exception>
    public static Task<ApplianceStore> Open(
        StoreOptions options, TimeProvider clock, ILoggerFactory loggers, CancellationToken cancel = default) => Task.Run(
        async () =>
        {
            var logger = loggers.CreateLogger<ApplianceStore>();
            KeyFiles? keys = null;
            AlertNumbers? numbers = null;
            StoredState? state = null;
            EvidenceFolder? evidence = null;
            MerkleLog? merkle = null;
            var database = StoreDatabase.Open(options, clock, logger, session =>
            {
                keys = KeyFiles.Open(options.DataDirectory, Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY"), logger.KeyMade);
                numbers = AlertNumbers.Open(options.DataDirectory, session, logger);
                state = StoredState.Load(session, keys.Ring, options, logger);
                evidence = new(options.DataDirectory);
                merkle = new(options.Evidence.Device, evidence.HeadFile);
                merkle.Resume(session);
                WatchlistVersions.Resume(session, evidence.WatchlistFile);
                EvidenceStore.MarkInterrupted(session, logger);
            });
            database.Writer.BeforeCommit = numbers!.BeforeCommit;
            var store = new ApplianceStore(options, clock, loggers, database, keys!, numbers, state!, evidence!, merkle!);
            database.Writer.Start();
            await store.Evidence.Sweep(cancel).ConfigureAwait(false);
            await store.Anchors.Load(cancel).ConfigureAwait(false);
            store.ResumeRotation();
            return store;
        },
        cancel);

    /// <summary>The queues, one per destination of the options.</summary>
    public IReadOnlyList<Outbox> Outboxes => _outboxes;

    /// <summary>The queue of a destination of the options.</summary>
    /// <exception cref="ArgumentException">Not one of <see cref="StoreOptions.Destinations"/>.</exception>
    public Outbox Outbox(string destination) =>
        _outboxes.FirstOrDefault(outbox => outbox.Destination == destination)
        ?? throw new ArgumentException($"no destination {destination} is configured", nameof(destination));

    /// <summary>Writes what is queued and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _rotation.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _database.DisposeAsync().ConfigureAwait(false);
        _numbers.Dispose();
        _stopping.Dispose();
    }
}
