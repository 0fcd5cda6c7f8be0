using System.Diagnostics;
using System.Runtime.InteropServices;
using Appliance.Core.Alerts;
using Appliance.Core.Cameras;
using Appliance.Core.Detection;
using Appliance.Core.Frames;
using Appliance.Core.Recognition;
using Appliance.Core.Rules;
using Appliance.Core.Rules.Engine;
using Appliance.Core.Tracking;

namespace Appliance.Core.Analysis;

/// <summary>
/// What is known about one camera's people: from the detections of a frame to tracks, templates, identities and alerts.
/// Synchronous, because templates are cut from the frame while it is borrowed. One thread at a time; allocates nothing per frame
/// in steady state (an alert is an allocation, and rare).
/// </summary>
public sealed class CameraAnalyzer
{
    /// <summary>Shots embedded per frame; further ones wait for the next frame, so a crowd cannot stall the camera.</summary>
    private const int MaxShotsPerFrame = 8;

    private readonly CameraId _camera;
    private readonly FaceTracker _tracker;
    private readonly AlertGate _gate;
    private readonly CameraRules _rules;
    private readonly List<RuleFinding> _found = [];
    private readonly PictureCheck _picture = new();
    private readonly CutDetector _cuts = new();
    private readonly Landmarks5[] _landmarks = new Landmarks5[MaxShotsPerFrame];
    private readonly ShotQuality[] _qualities = new ShotQuality[MaxShotsPerFrame];
    private readonly Track[] _shot = new Track[MaxShotsPerFrame];
    private Sighting[] _sightings = new Sighting[16];
    private Track[] _sighted = new Track[16];
    private bool[] _ruled = new bool[16];
    private AnalysisContext _context;
    private IFaceEmbedder _embedder;
    private float[] _templates;

    /// <param name="camera">Whose frames these are.</param>
    /// <param name="context">What all cameras share.</param>
    /// <param name="embedder">May be shared with other analysers of the same thread.</param>
    public CameraAnalyzer(CameraId camera, AnalysisContext context, IFaceEmbedder embedder)
    {
        _camera = camera;
        _context = context;
        _embedder = embedder;
        _tracker = new FaceTracker(context.Tracking);
        _gate = new AlertGate(context.Alerts);
        _rules = new CameraRules(camera, context.Rules);
        _templates = new float[MaxShotsPerFrame * embedder.Dimensions];
    }

    /// <summary>Where the time went.</summary>
    public StageTimes Times { get; } = new();

    /// <summary>Zones, and why rules fired or not.</summary>
    public CameraRules Rules => _rules;

    /// <summary>What is wrong with the picture: bits of <see cref="TamperKind"/> of the latest frame.</summary>
    public int Tampered { get; private set; }

    /// <summary>Templates computed so far.</summary>
    public long Embedded { get; private set; }

    /// <summary>
    /// Goes on with another embedder, watchlist or thresholds: the tracks stay, who they are is found out anew, and what was
    /// alerted keeps its cooldown. Tracking options stay as constructed.
    /// </summary>
    public void Adopt(AnalysisContext context, IFaceEmbedder embedder)
    {
        if (_embedder.Dimensions != embedder.Dimensions)
            _templates = new float[MaxShotsPerFrame * embedder.Dimensions];
        _gate.Options = context.Alerts;
        _rules.Adopt(context.Rules);
        _context = context;
        _embedder = embedder;
    }

    /// <summary>Takes the detections of the next frame of the camera.</summary>
    public void Analyze(Frame frame, List<FaceDetection> faces, IAnalysisObserver observer)
    {
        var mark = Stopwatch.GetTimestamp();
        DropHidden(frame, faces);
        if (_cuts.IsCut(frame))
            _tracker.Reset();
        var tracks = _tracker.Update(CollectionsMarshal.AsSpan(faces), frame.MediaTime, frame.Width, frame.Height);
        mark = Times.AddTrack(mark);

        var shots = ChooseShots(frame, faces, tracks);
        mark = Times.AddQuality(mark);

        if (shots > 0)
        {
            var templates = _templates.AsSpan(0, shots * _embedder.Dimensions);
            _embedder.Embed(frame, _landmarks.AsSpan(0, shots), templates);
            Embedded += shots;
            mark = Times.AddEmbed(mark);
            for (var i = 0; i < shots; i++)
                Decide(frame, _shot[i], templates.Slice(i * _embedder.Dimensions, _embedder.Dimensions), _qualities[i], observer);
        }

        // Wall clocks jump and media time restarts with the camera; a cooldown must do neither.
        var now = _context.MediaTimeOnly ? frame.MediaTime : Stopwatch.GetElapsedTime(0, frame.CapturedTimestamp);
        var sighted = AskRules(frame, tracks, now, observer);
        RaiseAlerts(frame, sighted, now, observer);
        Times.AddDecide(mark);
        observer.FrameAnalyzed(frame, tracks, _tracker.Ended);
    }

    private int ChooseShots(Frame frame, List<FaceDetection> faces, IReadOnlyList<Track> tracks)
    {
        var shots = 0;
        for (var i = 0; i < tracks.Count; i++)
        {
            var track = tracks[i];
            var identity = IdentityOf(track);
            if (track.IsNew)
                identity.Reset();
            if (shots == MaxShotsPerFrame || track.State != TrackState.Confirmed || !track.IsSeen || !identity.IsDue(frame.MediaTime))
                continue;

            var face = faces[track.Detection];
            var quality = ShotQuality.Measure(frame, face);
            if (!identity.Wants(quality, frame.MediaTime))
                continue;

            _landmarks[shots] = face.Landmarks;
            _qualities[shots] = quality;
            _shot[shots] = track;
            shots++;
        }

        return shots;
    }

    private void Decide(Frame frame, Track track, ReadOnlySpan<float> template, in ShotQuality quality, IAnalysisObserver observer)
    {
        IdentityOf(track).Add(template, quality, frame.MediaTime);
        var joined = _tracker.Relink(track);
        var identity = IdentityOf(joined);
        if (joined != track)
            identity.Absorb(IdentityOf(track));

        if (identity.Decide(_context.Index))
            observer.Identified(frame, joined, identity.Current);
    }

    /// <summary>Nobody behind a privacy mask is followed or recognised.</summary>
    private void DropHidden(Frame frame, List<FaceDetection> faces)
    {
        for (var i = faces.Count - 1; i >= 0; i--)
        {
            if (_rules.Hides(Sighting.AnchorOf(faces[i].Box, frame.Width, frame.Height)))
                faces.RemoveAt(i);
        }
    }

    /// <summary>Asks the rules about all believed tracks; returns how many those are.</summary>
    private int AskRules(Frame frame, IReadOnlyList<Track> tracks, TimeSpan now, IAnalysisObserver observer)
    {
        var count = Sight(frame, tracks);
        Tampered = _picture.Look(frame, _context.Rules.Options.Picture);
        observer.RulesAsked(frame, _sightings.AsSpan(0, count), Tampered);
        if (_rules.IsIdle)
            return count;

        _found.Clear();
        _rules.Step(_sightings.AsSpan(0, count), Tampered, now, frame.CapturedAt, _found);
        foreach (var finding in _found)
        {
            var track = finding.Index >= 0 ? _sighted[finding.Index] : null;
            if (track is not null && finding.Rule.Options.Kind is RuleKind.Watchlist or RuleKind.UnknownFace)
                _ruled[finding.Index] = true;
            observer.AlertRaised(frame, track, Describe(frame, track, finding));
        }

        return count;
    }

    private int Sight(Frame frame, IReadOnlyList<Track> tracks)
    {
        if (_sightings.Length < tracks.Count)
        {
            _sightings = new Sighting[2 * tracks.Count];
            _sighted = new Track[2 * tracks.Count];
            _ruled = new bool[2 * tracks.Count];
        }

        var count = 0;
        for (var i = 0; i < tracks.Count; i++)
        {
            var track = tracks[i];
            if (track.State is not (TrackState.Confirmed or TrackState.Lost))
                continue;

            var identity = IdentityOf(track).Current;
            var isKnown = identity.State == IdentityState.Known;
            _ruled[count] = false;
            _sighted[count] = track;
            _sightings[count++] = new(
                track.Id, Sighting.AnchorOf(track.Box, frame.Width, frame.Height), track.IsSeen, identity.State,
                isKnown ? identity.Person : default, isKnown ? _context.FindPerson(identity.Person)?.Category : null);
        }

        return count;
    }

    /// <summary>Alerts of the category rules, on everybody who is not excluded and whom no rule of its own reported just now.</summary>
    private void RaiseAlerts(Frame frame, int sighted, TimeSpan now, IAnalysisObserver observer)
    {
        for (var i = 0; i < sighted; i++)
        {
            var track = _sighted[i];
            if (!track.IsSeen || track.State != TrackState.Confirmed || _rules.Excludes(_sightings[i].Anchor))
                continue;

            var identity = IdentityOf(track);
            if (_gate.Pass(track, identity, now) is { } kind && !_ruled[i] && Describe(frame, track, kind, identity.Current) is { } alert)
                observer.AlertRaised(frame, track, alert);
        }
    }

    /// <summary>Null: the person was removed meanwhile.</summary>
    private Alert? Describe(Frame frame, Track track, string kind, in Identity identity)
    {
        var match = kind == AlertKinds.Watchlist ? MatchOf(identity) : null;
        return kind == AlertKinds.Watchlist && match is null ? null : Describe(frame, track, kind) with { Match = match };
    }

    private Alert Describe(Frame frame, Track? track, in RuleFinding finding)
    {
        var identity = track is null ? default : IdentityOf(track).Current;
        return Describe(frame, track, finding.Rule.AlertKind) with
        {
            Severity = finding.Rule.Actions.Severity,
            Match = identity.State == IdentityState.Known ? MatchOf(identity) : null,
            Detail = finding.Detail,
            Zone = finding.Place,
            Rule = finding.Rule.Id,
            Notify = finding.Rule.Actions.Notify,
            KeepEvidence = finding.Rule.Actions.KeepEvidence,
        };
    }

    private Alert Describe(Frame frame, Track? track, string kind) => new()
    {
        Id = new(Ulid.New(frame.CapturedAt)),
        BootId = _context.BootId,
        Kind = kind,
        Severity = Severity.Warning,
        Camera = _camera,
        Utc = frame.CapturedAt,
        ClockSynced = _context.ClockSynced(),
        MediaTime = frame.MediaTime,
        TrackId = track?.Id ?? 0,
        Box = track?.Box,
        FrameWidth = frame.Width,
        FrameHeight = frame.Height,
        DetectionScore = track?.Score ?? 0,
        Models = _context.Models,
    };

    /// <summary>Null: removed between the search and now; remove means remove.</summary>
    private AlertMatch? MatchOf(in Identity identity) => _context.FindPerson(identity.Person) is { } person
        ? new(person.Id, person.Name, person.Category, identity.Similarity, identity.Margin, identity.Threshold, identity.Shots)
        : null;

    private TrackIdentity IdentityOf(Track track)
    {
        // Track objects are reused, so a slot may date from before Adopt: then it holds another model's template.
        if (track.Slot is Slot slot && ReferenceEquals(slot.Context, _context))
            return slot.Identity;

        slot = new Slot(new TrackIdentity(_context.Recognition, _embedder.Dimensions, _context.Threshold), _context);
        track.Slot = slot;
        return slot.Identity;
    }

    private sealed class Slot(TrackIdentity identity, AnalysisContext context) : ITrackAppearance
    {
        public TrackIdentity Identity => identity;

        public AnalysisContext Context => context;

        public ReadOnlySpan<float> Template => identity.Template;
    }
}
