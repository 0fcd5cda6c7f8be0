using Appliance.Daemon.Pipeline;
using Appliance.Inference;
using Appliance.Inference.Catalogue;
using Appliance.Inference.Installing;
using Appliance.Store;
using Appliance.Store.Audit;
using Appliance.Store.Watchlist;

namespace Appliance.Daemon.Models;

/// <summary>
/// What is done to models: pulled, verified, put to use, removed; by REST on a running box (then with its pipeline) and by the command
/// line on a stopped one. Everything that changes something is in the audit log.
/// </summary>
internal sealed partial class ModelDesk : IAsyncDisposable
{
    private readonly InferenceEngine _engine;
    private readonly ApplianceStore _store;
    private readonly AppliancePipeline? _pipeline;
    private readonly ModelInstaller _installer;
    private readonly Reteaching _reteaching;
    private readonly ILogger _logger;

    /// <param name="engine">The models.</param>
    /// <param name="store">Selection, audit log and watchlist.</param>
    /// <param name="pipeline">What runs; null = the box is stopped.</param>
    /// <param name="clock">Time.</param>
    /// <param name="loggers">Makes the loggers.</param>
    /// <param name="http">How servers are reached; null = as the system says.</param>
    public ModelDesk(
        InferenceEngine engine, ApplianceStore store, AppliancePipeline? pipeline, TimeProvider clock, ILoggerFactory loggers,
        HttpMessageHandler? http = null)
    {
        (_engine, _store, _pipeline) = (engine, store, pipeline);
        _logger = loggers.CreateLogger<ModelDesk>();
        _installer = new ModelInstaller(engine.Catalogue, engine.Options.ModelStore, http, clock);
        _reteaching = new Reteaching(engine, store.Watchlist);
        Jobs = new ModelJobs(clock, loggers.CreateLogger<ModelJobs>());
        store.Watchlist.Changed += OnWatchlistChanged;
    }

    /// <summary>What runs longer than a request.</summary>
    public ModelJobs Jobs { get; }

    /// <summary>The catalogue and how each model stands.</summary>
    public IReadOnlyList<ModelState> All => ModelState.All(_engine);

    /// <summary>The model of that name or id; null = unknown.</summary>
    public ModelEntry? Find(string name) => _engine.Catalogue.Named(name);

    /// <summary>Puts a model's file into the store.</summary>
    /// <exception cref="InstallException">Why it is not there.</exception>
    public async Task<InstalledModel> Pull(
        ModelEntry model, InstallRequest request, Actor by, IProgress<(long Done, long Total)>? progress, CancellationToken cancel)
    {
        var bytes = progress is null ? null : new Bytes(progress);
        var installed = await _installer.Pull(model, request, bytes, cancel);
        var accepted = installed.Accepted ? $"; licence accepted: {model.Licence}" : "";
        await _store.Audit.Append(by, "model.pull", model.Id, $"from {installed.From}{accepted}", CancellationToken.None);
        _logger.Installed(model.Id, installed.From);
        return installed;
    }

    /// <summary>The same in the background; null with the pull of this model that runs already.</summary>
    public ModelJob? StartPull(ModelEntry model, InstallRequest request, Actor by, out ModelJob? inTheWay) => Jobs.Start(
        "pull", model.Id, "bytes", by,
        async (progress, cancel) =>
        {
            await Pull(model, request, by, progress, cancel);
            return [];
        },
        out inTheWay);

    /// <summary>Hashes, loads and runs every installed model, or one.</summary>
    public async Task<IReadOnlyList<ModelVerdict>> Verify(string? only, Actor by, CancellationToken cancel)
    {
        var verdicts = await Task.Run(() => ModelVerification.Run(_engine, only, cancel), cancel);
        await _store.Audit.Append(
            by, "model.verify", only ?? "", $"{verdicts.Count(verdict => verdict.IsGood)} of {verdicts.Count} good", cancel);
        return verdicts;
    }

    /// <summary>
    /// Makes another model the one of its kind, over restarts. An embedder first learns the enrolled photos; then it goes live at once
    /// with its index and threshold. Returns the persons it does not know.
    /// </summary>
    /// <param name="kind">Which kind.</param>
    /// <param name="name">A name of the catalogue, or <c>default</c>: what the configuration says.</param>
    /// <param name="force">Also when persons stay unknown to it.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="progress">Photos taught.</param>
    /// <param name="cancel">Gives up before the switch; what was taught stays.</param>
    /// <exception cref="InferenceException">The model is absent, altered or does not load; the old one goes on.</exception>
    /// <exception cref="ModelJobException">Persons would be unknown to it and <paramref name="force"/> is not given.</exception>
    public async Task<IReadOnlyList<UnknownPerson>> Use(
        ModelKind kind, string name, bool force, Actor by, IProgress<(long Done, long Total)>? progress, CancellationToken cancel)
    {
        var selection = name == ModelKinds.Default ? null : name;
        var model = await Task.Run(() => Resolve(kind, selection), cancel);
        var photos = 0;
        IReadOnlyList<UnknownPerson> unknown = [];
        if (kind == ModelKind.FaceEmbedder)
        {
            NeedForce(model, await UnknownTo(model, cancel), force);
            (photos, unknown) = await Task.Run(() => _reteaching.Run(model.Name, by, progress, cancel), cancel);
            NeedForce(model, unknown, force);
        }

        cancel.ThrowIfCancellationRequested();
        await Switch(kind, model, selection, by);
        if (kind == ModelKind.FaceEmbedder)
        {
            // Who was enrolled with the old model between the first round and the switch.
            var (late, left) = await Task.Run(() => _reteaching.Run(model.Name, by, null, CancellationToken.None), CancellationToken.None);
            (photos, unknown) = (photos + late, left);
        }

        await _store.Audit.Append(
            by, "model.use", model.Id, $"{ModelKinds.Word(kind)}; {photos} photos taught, {unknown.Count} persons unknown to it", CancellationToken.None);
        _logger.Switched(ModelKinds.Word(kind), model.Id, photos, unknown.Count);
        await ReadUnknown();
        return unknown;
    }

    /// <summary>The same in the background; null with the switch that runs already.</summary>
    public ModelJob? StartUse(ModelKind kind, string name, bool force, Actor by, out ModelJob? inTheWay) => Jobs.Start(
        "use", $"{ModelKinds.Word(kind)}={name}", "photos", by, (progress, cancel) => Use(kind, name, force, by, progress, cancel), out inTheWay);

    /// <summary>Persons that a switch to this embedder would leave unknown, because their photos were not kept.</summary>
    public Task<IReadOnlyList<UnknownPerson>> UnknownTo(ModelEntry embedder, CancellationToken cancel) =>
        _reteaching.WithoutPhotos(embedder.Id, cancel);

    /// <summary>Takes a model's file and its templates off the box. Returns how many templates there were.</summary>
    /// <exception cref="InstallException">It is in use, ships with the product, or is not in the store.</exception>
    public async Task<int> Remove(ModelEntry model, Actor by, CancellationToken cancel)
    {
        if (_engine.IsRunning(model) || All.Any(state => state.Id == model.Id && state.InUse))
            throw new InstallException(InstallFault.NotRemovable, $"{model.Id} is in use; put another {ModelKinds.Word(model.Kind)} to use first");

        _installer.Remove(model);
        var templates = await _store.Watchlist.RemoveTemplates(model.Id, by, CancellationToken.None);
        await _store.Audit.Append(by, "model.remove", model.Id, $"{templates} templates", cancel);
        _logger.Removed(model.Id, templates);
        return templates;
    }

    public async ValueTask DisposeAsync()
    {
        _store.Watchlist.Changed -= OnWatchlistChanged;
        await Jobs.DisposeAsync();
        await _reading;
        _installer.Dispose();
    }

    private static void NeedForce(ModelEntry model, IReadOnlyList<UnknownPerson> unknown, bool force)
    {
        if (unknown.Count > 0 && !force)
        {
            throw new ModelJobException(
                ModelJobException.PeopleUnknown,
                $"{unknown.Count} persons would not be recognised by {model.Id} any more, because it cannot be taught their photos: "
                + "enrol them with new photos, or force the switch",
                unknown);
        }
    }

    private ModelEntry Resolve(ModelKind kind, string? selection)
    {
        var wanted = selection ?? (kind == ModelKind.FaceDetector ? _engine.Options.Detector : _engine.Options.Embedder);
        return _engine.Catalogue.Resolve(kind, wanted).Entry;
    }

    private async Task Switch(ModelKind kind, ModelEntry model, string? selection, Actor by)
    {
        var before = await ModelSelection.Read(_store, CancellationToken.None);
        await before.With(kind, selection).Write(_store, by, CancellationToken.None);
        try
        {
            await Task.Run(() => GoLive(kind, model));
            if (selection is null)
                _engine.Choose(kind, null);
        }
        catch
        {
            await before.Write(_store, by, CancellationToken.None);
            throw;
        }
    }

    private void GoLive(ModelKind kind, ModelEntry model)
    {
        if (_pipeline is not null)
        {
            _pipeline.Swap(kind == ModelKind.FaceDetector ? model.Name : null, kind == ModelKind.FaceEmbedder ? model.Name : null);
            return;
        }

        // Nothing runs, but it must be able to.
        IDisposable made = kind == ModelKind.FaceDetector ? _engine.CreateDetector(model.Name) : _engine.CreateEmbedder(model.Name);
        made.Dispose();
        _engine.Choose(kind, model.Name);
    }

    private sealed class Bytes(IProgress<(long Done, long Total)> progress) : IProgress<InstallProgress>
    {
        public void Report(InstallProgress value) => progress.Report((value.Bytes, value.Total));
    }
}
