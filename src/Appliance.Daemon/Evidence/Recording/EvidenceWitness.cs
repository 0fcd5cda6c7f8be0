using System.Collections.Concurrent;
using Appliance.Core.Alerts;
using Appliance.Core.Cameras;
using Appliance.Core.Evidence.Tracks;
using Appliance.Core.Frames;
using Appliance.Core.Rules.Zones;
using Appliance.Core.Tracking;

namespace Appliance.Daemon.Evidence.Recording;

/// <summary>
/// Stands beside recognition and sees what it sees: keeps where faces were, and a copy of the frame that decided an alert. Without an
/// alert nothing is copied and nothing allocated. Called on the workers' threads; the recorder takes things away on its own.
/// </summary>
internal sealed class EvidenceWitness : IDisposable
{
    /// <summary>Copies that wait for their alert to be stored; a flood gives up the oldest picture, never an alert.</summary>
    public const int MaxFrames = 16;

    private readonly ConcurrentDictionary<CameraId, TrackTrail> _trails = new();
    private readonly Lock _gate = new();
    private readonly List<(AlertId Alert, PooledFrame Frame)> _frames = [];

    /// <summary>After the analysis of each frame.</summary>
    public void Seen(Frame frame, IReadOnlyList<Track> tracks)
    {
        if (tracks.Count > 0)
            Trail(frame.Camera).Add(frame, tracks);
    }

    /// <summary>Before the alert is raised: the frame is borrowed and gone after the call.</summary>
    /// <param name="frame">What decided the alert.</param>
    /// <param name="alert">Whose picture it is.</param>
    /// <param name="mask">What must not be seen: black before anything is signed.</param>
    public void Raised(Frame frame, AlertId alert, PrivacyMask mask)
    {
        var copy = PooledFrame.CopyOf(frame);
        mask.Apply(copy);
        lock (_gate)
        {
            if (_frames.Count == MaxFrames)
            {
                _frames[0].Frame.Dispose();
                _frames.RemoveAt(0);
            }

            _frames.Add((alert, copy));
        }
    }

    /// <summary>The frame of an alert, which the caller disposes; null = none, or given up in a flood.</summary>
    public PooledFrame? Take(AlertId alert)
    {
        lock (_gate)
        {
            var at = _frames.FindIndex(one => one.Alert == alert);
            if (at < 0)
                return null;
            var frame = _frames[at].Frame;
            _frames.RemoveAt(at);
            return frame;
        }
    }

    public TrackTrail Trail(CameraId camera) => _trails.TryGetValue(camera, out var trail) ? trail : _trails.GetOrAdd(camera, static _ => new());

    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var (_, frame) in _frames)
                frame.Dispose();
            _frames.Clear();
        }
    }
}
