using Appliance.Capture.Encoding;
using Appliance.Core.Cameras;
using Appliance.Core.Evidence.Manifests;
using Appliance.Daemon.Evidence.Exports;
using Appliance.Daemon.Evidence.Keys;
using Appliance.Daemon.Evidence.Masking;
using Appliance.Daemon.Evidence.Pinning;
using Appliance.Daemon.Evidence.Recording;
using Appliance.Daemon.Pipeline;
using Appliance.Delivery.Ipfs;

namespace Appliance.Daemon.Evidence;

/// <summary>The evidence of the running box: who sees, who records, who signs.</summary>
internal sealed class EvidenceRoom : IEvidenceSource, IAsyncDisposable
{
    private readonly ApplianceRuntime _runtime;
    private readonly long _started;
    private readonly IpfsNode? _node;
    private readonly CancellationTokenSource _stopPinning = new();
    private Task _pinning = Task.CompletedTask;

    public EvidenceRoom(ApplianceRuntime runtime, EvidenceWitness witness, ILoggerFactory loggers)
    {
        _runtime = runtime;
        _started = runtime.Clock.GetTimestamp();
        Options = runtime.Options.Evidence;
        Logger = loggers.CreateLogger<EvidenceRoom>();
        Witness = witness;
        Keys = new EvidenceKeys(runtime.Options.Store.DataDirectory, runtime.Store.Evidence);
        Views = new EvidenceViews(runtime.Store.Evidence);
        Exporter = new EvidenceExporter(
            runtime.Store.Evidence, runtime.Store.Audit, Views, runtime.Options.Store.DataDirectory, runtime.Options.Identity.Serial, runtime.Clock);
        if (Options is { Enabled: true, Ipfs.Enabled: true })
        {
            _node = new IpfsNode(Options.Ipfs);
            Pinning = new IpfsPinning(
                _node, new EvidencePins(runtime.Store.Evidence, Views, Options.Ipfs.Content), Options.Ipfs.Address, runtime.Clock,
                loggers.CreateLogger<IpfsPinning>());
        }

        Recorder = new EvidenceRecorder(runtime.Store.Evidence, Witness, this, Options, runtime.Clock, Logger);
    }

    public EvidenceOptions Options { get; }

    public EvidenceWitness Witness { get; }

    public EvidenceKeys Keys { get; }

    public EvidenceRecorder Recorder { get; }

    public EvidenceViews Views { get; }

    public EvidenceExporter Exporter { get; }

    /// <summary>Copies on an IPFS node; null: switched off.</summary>
    public IpfsPinning? Pinning { get; }

    public ILogger Logger { get; }

    /// <summary>Why evidence is not what it should be; null = it is.</summary>
    public string? WhyNot => Options.Enabled ? Keys.WhyNot : null;

    IReadOnlyList<ModelStatement> IEvidenceSource.Models =>
        [.. _runtime.Inference.GetHealth().Models.Select(model => new ModelStatement(model.Model, model.Kind, model.Sha256))];

    TimeSpan IEvidenceSource.Uptime => _runtime.Clock.GetElapsedTime(_started);

    /// <summary>Before the first camera: every alert of this run can be signed.</summary>
    public async Task StartAsync()
    {
        if (!Options.Enabled)
            return;
        await Keys.Load(Environment.GetEnvironmentVariable("CREDENTIALS_DIRECTORY"), CancellationToken.None);
        if (Keys.WhyNot is { } reason)
            Logger.KeyUnusable(reason);
        if (Pinning is not null)
            _pinning = Task.Run(() => Pinning.Run(_stopPinning.Token));
    }

    (EncodedRing Ring, string Name)? IEvidenceSource.Camera(CameraId camera) =>
        _runtime.Pipeline.Cameras.PreRoll(camera) is { } ring && _runtime.Pipeline.Cameras.Find(camera) is { } status
            ? (ring, status.Options.Name)
            : null;

    DeviceStatement IEvidenceSource.Device(string address)
    {
        var identity = _runtime.Options.Identity;
        return new(
            identity.Serial, identity.Name, _runtime.Options.Position, Options.Latitude, Options.Longitude, identity.Version,
            identity.BootId.ToString("D"), address);
    }

    public async ValueTask DisposeAsync()
    {
        await Recorder.DisposeAsync();
        await _stopPinning.CancelAsync();
        await _pinning;
        _node?.Dispose();
        _stopPinning.Dispose();
        Witness.Dispose();
        Views.Dispose();
    }
}
