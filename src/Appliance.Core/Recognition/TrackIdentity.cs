using System.Numerics.Tensors;
using Appliance.Core.Tracking;

namespace Appliance.Core.Recognition;

/// <summary>
/// Who one track is: chooses the shots worth an embedding, fuses them, and decides in an open set. Lives in
/// <see cref="Track.Slot"/>, reset per track, allocates nothing after construction. Not thread-safe.
/// <code>
/// if (identity.IsDue(now) &amp;&amp; identity.Wants(ShotQuality.Measure(frame, face), now))  // collect, then embed as a batch
///     …
/// identity.Add(template, quality, now);
/// var changed = identity.Decide(index);
/// </code>
/// The decision, in this order (T = <see cref="MatchThreshold.At"/> or the configured threshold, grown alike):
/// <list type="number">
/// <item>known, if the fused template's best person reaches T and leads the second best person by the margin, and either enough
/// shots alone point to the same person or one does so very strongly;</item>
/// <item>the person known before, while their similarity stays above T less the hysteresis and nobody else fulfils 1;</item>
/// <item>unknown, if enough shots were taken and the best is clearly below T, or the budget is spent and it is below T;</item>
/// <item>undecided.</item>
/// </list>
/// </summary>
public sealed class TrackIdentity : ITrackAppearance
{
    // Candidates looked at: the best, the second for the margin, and a few more in which to find the person known before.
    private const int Candidates = 4;

    // A shot less than half as good as the best one adds noise, not evidence.
    private const float UselessShare = 0.5f;

    // So many shots in a row that look like somebody else: the track has jumped to another person.
    private const int Jumped = 2;

    // An unknown track that comes closer is looked at sooner than the re-check if a shot beats the best so far by this factor.
    private const float ClearlyBetter = 1.25f;

    private readonly RecognitionOptions _options;
    private readonly MatchThreshold _contract;
    private readonly int _dimensions;
    private readonly ShotStore _shots;
    private readonly float[] _queries;
    private readonly Candidate[] _best = new Candidate[2 * Candidates];
    private readonly int[] _found = new int[2];
    private TimeSpan _lastShot;
    private int _newest = -1;
    private int _dissenting;
    private (IdentityState State, PersonId Person) _told;

    /// <param name="options">Shared by all tracks.</param>
    /// <param name="dimensions">Floats per template.</param>
    /// <param name="contract">Thresholds of the embedder.</param>
    public TrackIdentity(RecognitionOptions options, int dimensions, MatchThreshold contract)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(dimensions);
        _options = options;
        _dimensions = dimensions;
        _contract = options.Threshold is { } threshold ? contract.Configured(threshold) : contract;
        _shots = new(options.KeepShots, dimensions);
        _queries = new float[2 * dimensions];
    }

    /// <summary>The decision as it stands.</summary>
    public Identity Current { get; private set; }

    /// <summary>Fused template: quality-weighted mean of the best shots, L2-normalised; empty before the first shot.</summary>
    public ReadOnlySpan<float> Template => _shots.Fused;

    /// <summary>Quality of the best shot so far, 0..1.</summary>
    public float BestQuality => _shots.BestQuality;

    /// <summary>Embeddings made for this track.</summary>
    public int ShotsTaken { get; private set; }

    /// <summary>What <see cref="AlertGate"/> already reported about this track.</summary>
    internal PersonId? Reported { get; set; }

    /// <summary>Whether it was reported as unknown.</summary>
    internal bool ReportedUnknown { get; set; }

    /// <summary>Makes it ready for another track.</summary>
    public void Reset()
    {
        _shots.Clear();
        _newest = -1;
        _dissenting = 0;
        _lastShot = default;
        ShotsTaken = 0;
        Current = default;
        _told = default;
        Reported = null;
        ReportedUnknown = false;
    }

    /// <summary>Cheap question before the quality is even measured: may a shot be taken at this media time?</summary>
    public bool IsDue(TimeSpan now) =>
        ShotsTaken == 0 || now - _lastShot >= (IsSettled ? SettledSpacing : _options.ShotSpacing) || now < _lastShot;

    /// <summary>Whether this shot is worth an embedding now: the first good one always is.</summary>
    public bool Wants(in ShotQuality quality, TimeSpan now)
    {
        if (!IsDue(now) || _options.Quality.Check(quality) != QualityFault.None)
            return false;

        if (ShotsTaken == 0)
            return true;

        var recheck = now - _lastShot >= _options.RecheckEvery || now < _lastShot;
        if (IsSettled)
            return recheck ? quality.Score >= _shots.WorstQuality * UselessShare : quality.Score >= BestQuality * ClearlyBetter;

        return _shots.IsFull && !recheck
            ? quality.Score >= _shots.WorstQuality + _options.MinGain
            : quality.Score >= BestQuality * UselessShare;
    }

    /// <summary>
    /// Takes a template (L2-normalised, copied) made from a wanted shot. Two in a row that look like somebody else start the
    /// identity anew: faces that cross can swap their tracks, and neither may inherit the other's alert.
    /// </summary>
    public void Add(ReadOnlySpan<float> template, in ShotQuality quality, TimeSpan now)
    {
        if (template.Length != _dimensions)
            throw new ArgumentException($"A template of {template.Length} floats for a model of {_dimensions}.", nameof(template));

        _dissenting = IsSomebodyElse(template) ? _dissenting + 1 : 0;
        if (_dissenting == Jumped)
        {
            var told = _told;
            Reset();
            _told = told;
        }

        // A re-check is kept even if it is poorer than all: what the face looks like now counts more than long ago.
        _newest = _shots.Add(template, quality.Score, always: IsSettled);
        ShotsTaken++;
        _lastShot = now;
    }

    /// <summary>
    /// Takes over what is known of a track that goes on as this one (<see cref="FaceTracker.Relink"/>); decide again afterwards.
    /// </summary>
    public void Absorb(TrackIdentity later)
    {
        _newest = -1;
        for (var shot = 0; shot < later._shots.Count; shot++)
        {
            var slot = _shots.Add(later._shots.Template(shot), later._shots.Quality(shot));
            if (slot < 0)
                continue;

            // A shot that was not searched for yet is so at the next decision.
            _shots.Note(slot, later._shots.Candidate(shot));
            if (later._newest == shot)
                _newest = slot;
        }

        ShotsTaken += later.ShotsTaken;
        _lastShot = later._lastShot > _lastShot ? later._lastShot : _lastShot;
        Reported ??= later.Reported;
        ReportedUnknown |= later.ReportedUnknown;
    }

    /// <summary>Searches with the fused template and decides; true when <see cref="Current"/>'s state or person changed.</summary>
    public bool Decide(IWatchlistIndex index)
    {
        if (_shots.Count == 0)
            return false;

        var candidates = Search(index);
        var before = Current;
        var threshold = _contract.At(index.Count);
        var best = candidates.Length > 0 ? candidates[0] : new Candidate(default, -1);
        var margin = best.Similarity - (candidates.Length > 1 ? candidates[1].Similarity : -1);
        Current = new(IdentityState.Undecided, best.Person, best.Similarity, margin, threshold, _shots.Count);

        if (best.Similarity >= threshold && margin >= _options.MinMargin && HasEvidence(best.Person, threshold))
        {
            Current = Current with { State = IdentityState.Known };
        }
        else if (before.State == IdentityState.Known && Find(candidates, before.Person) is { } held &&
            held.Similarity >= threshold - _options.Hysteresis)
        {
            margin = MarginOf(held, candidates);
            Current = new(IdentityState.Known, held.Person, held.Similarity, margin, threshold, _shots.Count);
        }
        else if (IsNobody(best.Similarity, threshold))
        {
            Current = Current with { State = IdentityState.Unknown };
        }

        var now = (Current.State, Current.State == IdentityState.Known ? Current.Person : default);
        var changed = now != _told;
        _told = now;
        return changed;
    }

    private bool IsSettled => Current.State != IdentityState.Undecided || ShotsTaken >= _options.ShotBudget;

    // Someone known is only re-checked; someone unknown (or never decided) may come closer and become clear.
    private TimeSpan SettledSpacing => Current.State == IdentityState.Known || ShotsTaken >= _options.ShotBudget
        ? _options.RecheckEvery
        : TimeSpan.FromTicks(Math.Min(_options.RecheckEvery.Ticks, 3 * _options.ShotSpacing.Ticks));

    /// <summary>One pass over the index for both questions: who is the track, and who is the newest shot alone.</summary>
    private ReadOnlySpan<Candidate> Search(IWatchlistIndex index)
    {
        _shots.Fused.CopyTo(_queries);
        if (_shots.Count == 1 || _newest < 0)
        {
            _found[0] = index.Search(_queries.AsSpan(0, _dimensions), _best.AsSpan(0, Candidates));
            if (_newest >= 0 && _found[0] > 0)
                _shots.Note(_newest, _best[0]);
        }
        else
        {
            _shots.Template(_newest).CopyTo(_queries.AsSpan(_dimensions));
            index.Search(_queries, Candidates, _best, _found);
            if (_found[1] > 0)
                _shots.Note(_newest, _best[Candidates]);
        }

        _newest = -1;
        return _best.AsSpan(0, _found[0]);
    }

    private bool HasEvidence(PersonId person, float threshold)
    {
        var agreeing = 0;
        for (var shot = 0; shot < _shots.Count; shot++)
        {
            var candidate = _shots.Candidate(shot);
            if (candidate.Person != person || candidate.Similarity < threshold - _options.Hysteresis)
                continue;

            if (candidate.Similarity >= threshold + _options.VeryStrong)
                return true;
            agreeing++;
        }

        return agreeing >= _options.MinShots;
    }

    private bool IsSomebodyElse(ReadOnlySpan<float> template) =>
        _shots.Count > 0 && TensorPrimitives.Dot(template, _shots.Fused) < _contract.Verify / 2;

    // Between the persons of a watchlist and strangers lies a grey zone, and likeness to two persons is not likeness to none.
    private bool IsNobody(float similarity, float threshold) => ShotsTaken >= _options.ShotBudget
        ? similarity < threshold
        : ShotsTaken >= _options.UnknownAfterShots && similarity < threshold - _options.Hysteresis;

    private static Candidate? Find(ReadOnlySpan<Candidate> candidates, PersonId person)
    {
        foreach (var candidate in candidates)
        {
            if (candidate.Person == person)
                return candidate;
        }

        return null;
    }

    private static float MarginOf(Candidate held, ReadOnlySpan<Candidate> candidates)
    {
        foreach (var candidate in candidates)
        {
            if (candidate.Person != held.Person)
                return held.Similarity - candidate.Similarity;
        }

        return held.Similarity + 1;
    }
}
