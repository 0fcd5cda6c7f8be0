using Appliance.Core.Alerts;
using Appliance.Store.Alerts;
using Appliance.Store.Audit;
using Appliance.Store.Database;
using Appliance.Store.Keys;
using Appliance.Store.Users;

namespace Appliance.Store;

public sealed partial class ApplianceStore
{
    // A clock that ran differently from the wall by more than this was set: nothing is thrown away on its word.
    private static readonly TimeSpan s_clockStep = TimeSpan.FromMinutes(10);

    private readonly Lock _rotationLock = new();
    private readonly long _unreadable;
    private Task _rotation = Task.CompletedTask;
    private (DateTimeOffset Wall, long Monotonic)? _lastUpkeep;

    /// <summary>
    /// Makes a new key, encrypts every record with it and destroys the old one. Goes on after a crash at the next start.
    /// Completes when the old key is gone.
    /// </summary>
    /// <exception cref="StoreException">The key comes from systemd: the operator provides the new one.</exception>
    public async Task RotateKey(Actor by, CancellationToken cancel = default)
    {
        if (_keys.FromCredential)
        {
            throw new StoreException(
                StoreFault.ReadOnly,
                "the key comes from a systemd credential: put a new key on its first line, the old one below, and restart");
        }

        var key = await new KeyRotation(_database, _keys).Switch(cancel).ConfigureAwait(false);
        await Audit.Append(by, "key.rotate", key, "", cancel).ConfigureAwait(false);
        _logger.KeyMade(key);
        await StartRotation().WaitAsync(cancel).ConfigureAwait(false);
    }

    /// <summary>
    /// Retention, expired sessions, free space back to the disk. Call it hourly. Nothing is removed for its age at the first
    /// call after a start, after the clock was set, or while <paramref name="clockIsTrusted"/> is false: a wrong clock must not
    /// empty the log. <paramref name="say"/> makes the alert that tells of alerts which were given up (<see cref="AlertLog.Prune"/>).
    /// </summary>
    public async Task<PruneResult> Maintain(
        bool clockIsTrusted = true, Func<AlertGap, Alert>? say = null, CancellationToken cancel = default)
    {
        _database.Reserve.TryRestore();
        if (!ClockRanOn() || !clockIsTrusted)
            return new(0, [], []);

        await Evidence.Prune(cancel).ConfigureAwait(false);
        var result = await Alerts.Prune(say, cancel).ConfigureAwait(false);
        foreach (var one in result.GivenUp)
            _logger.OutboxGivenUp(one.FirstSeq, one.LastSeq, one.Destination, _options.OutboxRetention);
        await _database.Write(
            context =>
            {
                TokenStore.RemoveExpired(context.Session, _clock.GetUtcNow());
                LoginThrottle.Forget(context.Session, _clock.GetUtcNow());
                context.Session.Run("PRAGMA incremental_vacuum(2000)");
            },
            cancel).ConfigureAwait(false);
        return result;
    }

    public StoreHealth Health()
    {
        var (commits, writes, fault, lastCheckpoint) = _database.Writer.Figures.Read();
        return new()
        {
            IsWritable = fault is null,
            Fault = fault,
            Library = SqliteLibrary.Version,
            FileBytes = StoreDatabase.LengthOf(_database.Path),
            WalBytes = StoreDatabase.LengthOf(_database.Path + "-wal"),
            LastCheckpoint = lastCheckpoint,
            FreeBytes = _database.Reserve.FreeBytes(),
            ReserveIntact = _database.Reserve.IsIntact,
            BytesWritten = _database.BytesWritten,
            Commits = commits,
            Writes = writes,
            SetAside = SetAside.List(_database.Path),
            Unreadable = _unreadable,
            Keys = (_keys.FromCredential ? "systemd credential" : "file") + (_keys.Ring.Retiring.Any() ? ", rotation under way" : ""),
            Outbox = _outboxes.ToDictionary(outbox => outbox.Destination, outbox => outbox.Depth),
        };
    }

    private bool ClockRanOn()
    {
        var (wall, monotonic) = (_clock.GetUtcNow(), _clock.GetTimestamp());
        var before = _lastUpkeep;
        _lastUpkeep = (wall, monotonic);
        return before is { } last
            && ((wall - last.Wall) - _clock.GetElapsedTime(last.Monotonic, monotonic)).Duration() <= s_clockStep;
    }

    /// <summary>A rotation that a crash cut off, or a credential with an older key below the first.</summary>
    private void ResumeRotation()
    {
        if (_keys.Ring.Retiring.Any())
            _ = StartRotation();
    }

    private Task StartRotation()
    {
        lock (_rotationLock)
        {
            var before = _rotation;
            return _rotation = Task.Run(async () =>
            {
                await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await Rotate().ConfigureAwait(false);
            });
        }
    }

    private async Task Rotate()
    {
        var retiring = _keys.Ring.Retiring.Select(key => key.Name).ToList();
        try
        {
            var records = await new KeyRotation(_database, _keys).Run(_stopping.Token).ConfigureAwait(false);
            foreach (var key in retiring.Except(_keys.Ring.Retiring.Select(key => key.Name)))
                _logger.KeyRetired(key, records);
        }
        catch (StoreException error)
        {
            _logger.RotationStopped(error.Message);
            throw;
        }
    }
}
