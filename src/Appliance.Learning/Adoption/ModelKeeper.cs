using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Appliance.Core;
using Appliance.Core.Evidence;
using Appliance.Core.Learning;
using Appliance.Learning.Heads;
using Microsoft.Extensions.Logging;

namespace Appliance.Learning.Adoption;

/// <summary>
/// The versions of every head: which one is live, which one only watches, and how one becomes the other. Reading is thread-safe; what
/// changes is called by one at a time.
/// </summary>
public sealed class ModelKeeper(
    ILearningStore store, IEvidenceNotes notes, LearningOptions options, TimeProvider clock, ILogger<ModelKeeper> logger)
{
    private const string Contract = "fl";

    private readonly SemaphoreSlim _turn = new(1);
    private volatile IReadOnlyList<LearnedModel> _models = [];

    /// <summary>Raised after another model went live or was taken back, with the head's name.</summary>
    public event Action<string>? Changed;

    /// <summary>Newest first.</summary>
    public IReadOnlyList<LearnedModel> Models => _models;

    public LearnedModel? Live(string head) => _models.FirstOrDefault(model => model.Head == head && model.State == ModelState.Live);

    public LearnedModel? Shadow(string head) => _models.FirstOrDefault(model => model.Head == head && model.State == ModelState.Shadow);

    public async Task Open(CancellationToken cancel) =>
        _models = await store.Models(null, 500, cancel).ConfigureAwait(false);

    /// <summary>SHA-256 of 32-bit floats, little-endian.</summary>
    public static string HashOf(ReadOnlySpan<float> parameters) =>
        Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes(parameters)));

    /// <summary>
    /// A new version. If it is not worse on the box's own hold-out it begins to watch; it takes the place of another watcher only if
    /// it is better than that one.
    /// </summary>
    /// <returns>What became of it, for the log.</returns>
    public async Task<string> Offer(
        Head head, float[] parameters, string origin, IReadOnlyList<HeadExample> examples, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            var hash = HashOf(parameters);
            if (_models.Any(model => model.Head == head.Name && model.Hash == hash && model.State is ModelState.Live or ModelState.Shadow))
                return "already known";

            var (training, test) = HoldOut.Split(examples);
            var loss = HeadScore.Of(head, parameters, test).Loss;
            if (test.Count > 0 && !AdoptionGate.IsNotWorse(loss, PresentLoss(head, training, test), options.Tolerance))
                return string.Create(CultureInfo.InvariantCulture, $"not taken: hold-out loss {loss:0.000} is worse");

            var watching = Shadow(head.Name);
            if (watching is not null && test.Count > 0 && HeadScore.Of(head, watching.Parameters, test).Loss < loss)
                return "not taken: the model that watches already is better";
            if (watching is not null)
                await Become(watching, ModelState.Retired, "a newer model watches", cancel).ConfigureAwait(false);

            var now = clock.GetUtcNow();
            var model = new LearnedModel
            {
                Id = Ulid.New(now),
                Head = head.Name,
                Parent = Live(head.Name)?.Id ?? "",
                Hash = hash,
                Origin = origin,
                CreatedAt = now,
                Since = now,
                State = ModelState.Shadow,
                Reason = "watches",
                Metrics = new Dictionary<string, double> { ["holdout_loss"] = loss, ["holdout_examples"] = test.Count },
                Parameters = parameters,
            };
            await Keep(model, cancel).ConfigureAwait(false);
            return "watches";
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>
    /// Looks at the verdicts so far: lets a watcher go live if it did no worse on hold-out and live traffic, takes a live model
    /// back if operators reject more since it came.
    /// </summary>
    public async Task Review(Head head, IReadOnlyList<TrainingSample> samples, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (Live(head.Name) is { } live && HasRejectionsRisen(live, samples))
                await TakeBack(live, "operators reject more alerts since it went live", cancel).ConfigureAwait(false);
            if (Shadow(head.Name) is { } watching)
                await Judge(head, watching, samples, cancel).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Back to the model before the live one; to none when there was none.</summary>
    /// <returns>The model taken back; null = nothing was live.</returns>
    public async Task<LearnedModel?> RollBack(string head, string reason, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (Live(head) is not { } live)
                return null;
            await TakeBack(live, reason, cancel).ConfigureAwait(false);
            return live;
        }
        finally
        {
            _turn.Release();
        }
    }

    private static bool HasRejectionsRisen(LearnedModel live, IReadOnlyList<TrainingSample> samples)
    {
        var after = samples.Where(sample => sample.Utc >= live.Since).ToList();
        var before = samples.Where(sample => sample.Utc < live.Since).Take(500).ToList();
        return AdoptionGate.HasRejectionsRisen(
            before.Count(sample => !sample.IsConfirmed), before.Count, after.Count(sample => !sample.IsConfirmed), after.Count);
    }

    private async Task Judge(Head head, LearnedModel watching, IReadOnlyList<TrainingSample> samples, CancellationToken cancel)
    {
        var fresh = samples.Where(sample => sample.Utc >= watching.Since).Select(HeadExample.From).Where(head.Takes).ToList();
        if (fresh.Count < options.ShadowReviews)
            return;

        var (training, test) = HoldOut.Split([.. samples.Select(HeadExample.From).Where(head.Takes)]);
        var judged = test.Concat(fresh).DistinctBy(example => example.Key).ToList();
        if (judged.Count == 0)
            return;
        var (candidate, present) = (HeadScore.Of(head, watching.Parameters, judged).Loss, PresentLoss(head, training, judged));
        var figures = string.Create(CultureInfo.InvariantCulture, $"loss {candidate:0.000} against {present:0.000} on {judged.Count} judged alerts");
        if (!AdoptionGate.IsNotWorse(candidate, present, options.Tolerance))
        {
            await Become(watching, ModelState.Refused, figures, cancel).ConfigureAwait(false);
            return;
        }

        if (Live(head.Name) is { } before)
            await Become(before, ModelState.Retired, "replaced", cancel).ConfigureAwait(false);
        await Become(
            watching with
            {
                Metrics = new Dictionary<string, double>(watching.Metrics) { ["live_loss"] = candidate, ["judged"] = judged.Count },
            },
            ModelState.Live, figures, cancel).ConfigureAwait(false);
        await notes.Note(Contract, "model.adopted", watching.Hash, $"{head.Name} {watching.Id} ({watching.Origin}): {figures}", cancel)
            .ConfigureAwait(false);
        Changed?.Invoke(head.Name);
    }

    private async Task TakeBack(LearnedModel live, string reason, CancellationToken cancel)
    {
        await Become(live, ModelState.Refused, reason, cancel).ConfigureAwait(false);
        if (_models.FirstOrDefault(model => model.Id == live.Parent && model.State == ModelState.Retired) is { } parent)
            await Become(parent, ModelState.Live, $"{live.Id} was taken back", cancel).ConfigureAwait(false);
        await notes.Note(Contract, "model.rolled-back", live.Hash, $"{live.Head} {live.Id}: {reason}", cancel).ConfigureAwait(false);
        Changed?.Invoke(live.Head);
    }

    private double PresentLoss(Head head, IReadOnlyList<HeadExample> training, IReadOnlyList<HeadExample> judged) =>
        Live(head.Name) is { } live && live.Parameters.Length == head.Size
            ? HeadScore.Of(head, live.Parameters, judged).Loss
            : AdoptionGate.LossWithoutModel(training, judged);

    private Task Become(LearnedModel model, ModelState state, string reason, CancellationToken cancel) =>
        Keep(model with { State = state, Reason = reason, Since = clock.GetUtcNow() }, cancel);

    private async Task Keep(LearnedModel model, CancellationToken cancel)
    {
        await store.Put(model, cancel).ConfigureAwait(false);
        _models = [model, .. _models.Where(other => other.Id != model.Id)];
        logger.ModelChanged(model.Id, model.Head, model.State.ToString(), model.Reason);
    }
}
