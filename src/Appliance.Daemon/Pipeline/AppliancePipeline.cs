using Appliance.Capture.Cameras;
using Appliance.Core.Alerts;
using Appliance.Core.Clocks;
using Appliance.Core.Frames;
using Appliance.Core.Outputs;
using Appliance.Core.Recognition;
using Appliance.Core.Rules;
using Appliance.Core.Rules.Engine;
using Appliance.Core.Tracking;
using Appliance.Daemon.Evidence.Recording;
using Appliance.Daemon.Models.Shadow;

namespace Appliance.Daemon.Pipeline;

/// <summary>
/// The river, in one place. Read <see cref="StartAsync"/> and you know the system:
/// <code>
/// CameraSet ─[FrameQueue: 2 per camera, drop oldest, counted]→ InferenceWorker (detect → track → embed → decide)
///     → AlertDispatcher ─┬→ outputs, at once
///                        └[10,000, then waits]→ store: alert + outbox rows in one transaction ─┬→ delivery at its own pace
///                                                                                              └→ evidence, after its post-roll
/// </code>
/// </summary>
internal sealed class AppliancePipeline(
    PipelineOptions options,
    RecognizerFactory recognizers,
    IAlertLog log,
    IOutputBank outputs,
    IOutputCommands commands,
    AlertPolicy policy,
    TimeProvider clock,
    ILoggerFactory loggers,
    IClockState? time = null,
    EvidenceWitness? witness = null) : IAsyncDisposable
{
    private readonly ILogger<AppliancePipeline> _logger = loggers.CreateLogger<AppliancePipeline>();
    private readonly CancellationTokenSource _abandon = new();
    private readonly ShadowTaps _taps = new();
    private Shadows? _shadows;
    private readonly Lock _changing = new();
    private InferenceWorker[] _workers = [];
    private AlertDispatcher? _alerts;
    private CameraSet? _cameras;
    private Task _storing = Task.CompletedTask;
    private int _disposed;

    /// <summary>Everything that happens, for those who watch.</summary>
    public LiveFeed Live { get; } = new();

    /// <summary>Copies of frames on demand.</summary>
    public SnapshotDesk Snapshots { get; } = new();

    public CameraSet Cameras => _cameras ?? throw new InvalidOperationException("The pipeline was not started.");

    public AlertDispatcher Alerts => _alerts ?? throw new InvalidOperationException("The pipeline was not started.");

    public RecognizerFactory Recognizers => recognizers;

    /// <summary>Those that take the cameras' frames.</summary>
    public IReadOnlyList<InferenceWorker> Workers => _workers;

    /// <summary>Second models beside the live ones.</summary>
    public Shadows Shadows => _shadows ?? throw new InvalidOperationException("The pipeline was not started.");

    /// <summary>Looks at each alert with its frame first; null = nobody does. Set before the start.</summary>
    public Func<Frame, Track, Alert, Alert>? Judge { get; init; }

    /// <summary>Why nobody is recognised on some cameras; null while all is well.</summary>
    public string? Fault => _workers.Select(worker => worker.Fault).FirstOrDefault(fault => fault is not null);

    /// <summary>Longest time since a worker took its last turn: what the watchdog is fed by.</summary>
    public TimeSpan Silence => _workers.Length == 0
        ? TimeSpan.Zero
        : _workers.Max(worker => clock.GetElapsedTime(worker.Progress));

    /// <summary>Starts from the end of the river, so that nothing flows into the void.</summary>
    /// <param name="cameras">The first cameras.</param>
    /// <param name="stored">Told of each alert once it is durable; must not block.</param>
    public async Task StartAsync(IEnumerable<CameraOptions> cameras, Action<Alert>? stored = null)
    {
        _alerts = new AlertDispatcher(log, commands, policy, clock, loggers.CreateLogger<AlertDispatcher>(), time);
        _alerts.Stored += alert => Live.Publish(new("alert", alert));
        _alerts.Stored += stored;
        outputs.Changed += state => Live.Publish(new("output", state));
        _storing = Task.Run(() => _alerts.RunAsync(_abandon.Token));

        _shadows = new Shadows(_taps, clock, loggers.CreateLogger<Shadows>());
        _workers = [.. Enumerable.Range(0, options.Workers).Select(number => new InferenceWorker(
            $"inference-{number}", recognizers, _taps, _alerts, Live, Snapshots, clock, loggers.CreateLogger<InferenceWorker>(), witness)
        {
            Judge = Judge,
        })];
        foreach (var worker in _workers)
            worker.Start();

        _cameras = new CameraSet(_workers, Live, clock, loggers);
        foreach (var camera in cameras)
            await _cameras.Put(camera);
        _logger.PipelineStarted(_cameras.All.Count, _workers.Length);
    }

    /// <summary>Other thresholds and rules, from the next frame and the next alert on.</summary>
    public void Apply(RecognitionOptions recognition, AlertsOptions alerts, RuleSet rules)
    {
        lock (_changing)
        {
            // What must not be seen is hidden before anything else.
            Snapshots.MaskOf = rules.MaskOf;
            recognizers.Rules = rules;
            recognizers.Recognition = recognition;
            recognizers.Alerts = alerts;
            Alerts.Policy = new AlertPolicy(alerts, rules);
            Renew();
        }
    }

    /// <summary>
    /// Other models, from the next frame on: loaded, warmed up and given their index on the caller's thread, then handed to each
    /// worker between two frames. No frame waits for it and no track ends.
    /// </summary>
    /// <param name="detector">A name of the catalogue; null = stays.</param>
    /// <param name="embedder">A name of the catalogue; null = stays.</param>
    /// <exception cref="Inference.InferenceException">They cannot be loaded; the old ones go on.</exception>
    public void Swap(string? detector, string? embedder)
    {
        lock (_changing)
        {
            var ready = new List<Recognizer>();
            try
            {
                // One also where no worker runs: it shows that the models can be loaded.
                for (var i = 0; i < Math.Max(1, _workers.Length); i++)
                {
                    ready.Add(recognizers.Create(detector, embedder));
                    WarmUp.Run(ready[^1]);
                }
            }
            catch
            {
                ready.ForEach(made => made.Dispose());
                throw;
            }

            recognizers.Use(ready[0]);
            foreach (var (worker, made) in _workers.Zip(ready))
                worker.Adopt(made);
            if (_workers.Length == 0)
                ready[0].Dispose();
        }
    }

    /// <summary>New models, thresholds or settings apply from the next frame on.</summary>
    public void Renew()
    {
        foreach (var worker in _workers)
            worker.Renew();
    }

    /// <summary>Upstream first: cameras, then inference, then the alerts that wait are written.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0 || _alerts is null)
            return;

        if (_cameras is not null)
            await _cameras.DisposeAsync();
        foreach (var worker in _workers)
            worker.Dispose();
        _shadows?.Dispose();
        _alerts.Complete();
        _abandon.CancelAfter(options.DrainTimeout);
        try
        {
            await _storing;
        }
        catch (OperationCanceledException)
        {
            // Said below: the disk refused for longer than a stop may take.
        }

        recognizers.Dispose();
        _logger.PipelineStopped(_alerts.StoredCount, _alerts.Waiting);
        _abandon.Dispose();
    }
}
