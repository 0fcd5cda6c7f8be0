using Appliance.Core.Shadow;
using Appliance.Daemon.Pipeline;
using Appliance.Inference.Catalogue;
using Appliance.Store.Audit;

namespace Appliance.Daemon.Models;

internal sealed partial class ModelDesk
{
    /// <summary>
    /// Compares a model with the live one of its kind, in the background of a running box. An embedder is first taught the enrolled photos, so
    /// that it knows whom the live one knows. Null with the start that is under way.
    /// </summary>
    /// <exception cref="InvalidOperationException">The box is stopped.</exception>
    public ModelJob? StartShadow(ModelEntry model, ShadowOptions options, Actor by, out ModelJob? inTheWay)
    {
        var pipeline = _pipeline ?? throw new InvalidOperationException("A shadow needs something live beside it.");
        return Jobs.Start(
            "shadow", model.Id, "photos", by,
            async (progress, cancel) =>
            {
                // Loads and checks it here, where a fault has somebody to be told to.
                _ = await Task.Run(() => _engine.Catalogue.Resolve(model.Kind, model.Name), cancel);
                IReadOnlyList<UnknownPerson> unknown = [];
                if (model.Kind == ModelKind.FaceEmbedder)
                    (_, unknown) = await Task.Run(() => _reteaching.Run(model.Name, by, progress, cancel), cancel);
                cancel.ThrowIfCancellationRequested();
                pipeline.Shadows.Start(await Task.Run(() => Candidate(pipeline, model), cancel), options);
                await _store.Audit.Append(
                    by, "model.shadow", model.Id, FormattableString.Invariant($"share {options.Share}, {options.Duration}"), CancellationToken.None);
                return unknown;
            },
            out inTheWay);
    }

    private ShadowCandidate Candidate(AppliancePipeline pipeline, ModelEntry model)
    {
        if (model.Kind == ModelKind.FaceDetector)
            return new DetectorCandidate(model.Id, () => _engine.CreateDetector(model.Name));

        using var embedder = _engine.CreateEmbedder(model.Name);
        var index = pipeline.Recognizers.Indexes.Lease(embedder);
        return new EmbedderCandidate(
            model.Id, () => _engine.CreateEmbedder(model.Name), index.Index,
            RecognizerFactory.ThresholdOf(model, pipeline.Recognizers.Recognition), index.Dispose);
    }
}
