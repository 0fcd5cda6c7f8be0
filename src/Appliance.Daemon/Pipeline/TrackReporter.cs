using System.Collections.Concurrent;
using Appliance.Core.Cameras;
using Appliance.Core.Frames;
using Appliance.Core.Recognition;
using Appliance.Core.Tracking;
using Appliance.Delivery.Mqtt;

namespace Appliance.Daemon.Pipeline;

/// <summary>
/// From the tracks of each frame to reports for live consumers: when a person is first believed, once a second while they are there, when
/// the decision about them changes, and when they are gone. Each camera's part is touched by its own inference worker only.
/// </summary>
internal sealed class TrackReporter(Action<TrackReport> report, Func<PersonId, string?> nameOf)
{
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<CameraId, Dictionary<long, Told>> _cameras = new();

    public void Analyzed(Frame frame, IReadOnlyList<Track> tracks, IReadOnlyList<Track> ended)
    {
        var told = Of(frame.Camera);
        for (var i = 0; i < ended.Count; i++)
        {
            if (told.Remove(ended[i].Id, out var last))
                Report(frame, ended[i], last, TrackPhase.End);
        }

        for (var i = 0; i < tracks.Count; i++)
        {
            var track = tracks[i];
            if (track.State != TrackState.Confirmed || !track.IsSeen)
                continue;

            if (!told.TryGetValue(track.Id, out var one))
            {
                told.Add(track.Id, one = new Told { Began = frame.CapturedAt - (frame.MediaTime - track.FirstSeen) });
                Report(frame, track, one, TrackPhase.New);
            }
            else if (frame.MediaTime - one.At >= s_between)
            {
                Report(frame, track, one, TrackPhase.Update);
            }
        }
    }

    public void Identified(Frame frame, Track track, in Identity identity)
    {
        if (!Of(frame.Camera).TryGetValue(track.Id, out var one))
            return;

        one.Person = identity.State == IdentityState.Known ? identity.Person : null;
        one.Similarity = identity.Similarity;
        Report(frame, track, one, TrackPhase.Update);
    }

    private Dictionary<long, Told> Of(CameraId camera) => _cameras.GetOrAdd(camera, static _ => []);

    private void Report(Frame frame, Track track, Told told, TrackPhase phase)
    {
        told.At = frame.MediaTime;
        report(new()
        {
            Camera = frame.Camera,
            Track = track.Id,
            Phase = phase,
            At = frame.CapturedAt,
            StartedAt = told.Began,
            Box = track.Box,
            FrameWidth = frame.Width,
            FrameHeight = frame.Height,
            Score = track.Score,
            Person = told.Person,
            Name = told.Person is { } person ? nameOf(person) : null,
            Similarity = told.Similarity,
        });
    }

    /// <summary>What was said of a track.</summary>
    private sealed class Told
    {
        public DateTimeOffset Began { get; init; }

        public TimeSpan At { get; set; }

        public PersonId? Person { get; set; }

        public float? Similarity { get; set; }
    }
}
