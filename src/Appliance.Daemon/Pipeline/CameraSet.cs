using Appliance.Capture.Cameras;
using Appliance.Core.Cameras;

namespace Appliance.Daemon.Pipeline;

/// <summary>A camera with all that is known about it at one moment.</summary>
internal sealed record CameraStatus(CameraOptions Options, CameraHealth Health, long Analyzed, long Dropped, long Faces, long Alerts, int Tracks);

/// <summary>
/// The running cameras: each a <see cref="CameraWorker"/> that feeds the queue of one inference worker. Changes apply at once and
/// leave the other cameras alone.
/// </summary>
internal sealed class CameraSet(
    IReadOnlyList<InferenceWorker> workers, LiveFeed live, TimeProvider clock, ILoggerFactory loggers) : IAsyncDisposable
{
    private readonly SemaphoreSlim _changing = new(1, 1);
    private readonly Lock _gate = new();
    private readonly SortedDictionary<string, Entry> _cameras = new(StringComparer.Ordinal);
    private bool _closed;

    /// <summary>Raised after each change of a camera's state, on a background thread.</summary>
    public event Action<CameraStatus>? Changed;

    public IReadOnlyList<CameraStatus> All
    {
        get
        {
            lock (_gate)
                return [.. _cameras.Values.Select(Describe)];
        }
    }

    /// <summary>Null: no such camera.</summary>
    public CameraStatus? Find(CameraId camera) => Lookup(camera) is { } entry ? Describe(entry) : null;

    /// <summary>What the pipeline makes of a camera's frames; null: no such camera.</summary>
    public CameraActivity? Activity(CameraId camera) => Lookup(camera)?.Home.Activity(camera);

    /// <summary>The encoded pre-roll of a camera, for evidence; null: no such camera.</summary>
    public Capture.Encoding.EncodedRing? PreRoll(CameraId camera) => Lookup(camera)?.Worker.PreRoll;

    /// <summary>Adds a camera, or replaces the one of the same id; an enabled one starts at once.</summary>
    public async Task Put(CameraOptions options)
    {
        await _changing.WaitAsync();
        try
        {
            ObjectDisposedException.ThrowIf(_closed, this);
            var home = Lookup(options.CameraId)?.Home ?? LeastBusy();
            await Drop(options.CameraId);
            var worker = new CameraWorker(
                options, home.Queue.Open(options.CameraId), clock, loggers.CreateLogger<CameraWorker>());
            var entry = new Entry(worker, home);
            worker.HealthChanged += health => Announce(entry, health);
            lock (_gate)
                _cameras[options.Id] = entry;
            if (options.Enabled)
                worker.Start();
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>False: no such camera.</summary>
    public async Task<bool> Remove(CameraId camera)
    {
        await _changing.WaitAsync();
        try
        {
            return await Drop(camera);
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Starts or stops a camera until told otherwise; the configuration stays. False: no such camera.</summary>
    public async Task<bool> Run(CameraId camera, bool run)
    {
        await _changing.WaitAsync();
        try
        {
            if (Lookup(camera) is not { } entry)
                return false;

            if (run)
                entry.Worker.Start();
            else
                await entry.Worker.StopAsync();
            return true;
        }
        finally
        {
            _changing.Release();
        }
    }

    /// <summary>Stops all cameras; no frame is handed out afterwards.</summary>
    public async ValueTask DisposeAsync()
    {
        await _changing.WaitAsync();
        try
        {
            _closed = true;
            Entry[] all;
            lock (_gate)
                all = [.. _cameras.Values];
            await Task.WhenAll(all.Select(entry => entry.Worker.StopAsync()));
            foreach (var entry in all)
                await entry.Worker.DisposeAsync();
        }
        finally
        {
            _changing.Release();
        }
    }

    private async Task<bool> Drop(CameraId camera)
    {
        if (Lookup(camera) is not { } entry)
            return false;

        lock (_gate)
            _cameras.Remove(camera.Value);
        await entry.Worker.DisposeAsync();
        entry.Home.Queue.Close(camera);
        return true;
    }

    private Entry? Lookup(CameraId camera)
    {
        lock (_gate)
            return _cameras.GetValueOrDefault(camera.Value);
    }

    private InferenceWorker LeastBusy()
    {
        lock (_gate)
            return workers.MinBy(worker => _cameras.Values.Count(entry => entry.Home == worker))!;
    }

    private void Announce(Entry entry, CameraHealth health)
    {
        var status = Describe(entry) with { Health = health };
        Changed?.Invoke(status);
        if (live.HasWatchers)
            live.Publish(new("camera", new { camera = health.Camera.Value, state = health.State, reason = health.Reason, since = health.Since }));
    }

    private static CameraStatus Describe(Entry entry)
    {
        var camera = entry.Worker.Options.CameraId;
        var activity = entry.Home.Activity(camera);
        return new(
            entry.Worker.Options, entry.Worker.Health, activity.Analyzed, entry.Home.Queue.Dropped(camera),
            activity.Faces, activity.Alerts, activity.Tracks);
    }

    private sealed record Entry(CameraWorker Worker, InferenceWorker Home);
}
