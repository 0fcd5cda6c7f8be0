using Appliance.Core.Cameras;
using Appliance.Core.Rules.Engine;

namespace Appliance.Daemon.Pipeline;

/// <summary>What the pipeline made of one camera's frames: written by its worker, read by anyone.</summary>
internal sealed class CameraActivity(CameraId camera)
{
    private long _analyzed;
    private long _faces;
    private long _alerts;
    private int _tracks;
    private CameraRules? _rules;

    public CameraId Camera => camera;

    /// <summary>Its zones and rules at work; null until its first frame. Counts and tallies may be read by anyone.</summary>
    public CameraRules? Rules
    {
        get => Volatile.Read(ref _rules);
        set => Volatile.Write(ref _rules, value);
    }

    /// <summary>What is wrong with the latest picture: bits of <see cref="Core.Rules.TamperKind"/>.</summary>
    public int Tampered { get; set; }

    /// <summary>Frames analysed since start.</summary>
    public long Analyzed => Volatile.Read(ref _analyzed);

    /// <summary>Faces detected since start, one per frame in which it was seen.</summary>
    public long Faces => Volatile.Read(ref _faces);

    /// <summary>Alerts raised since start.</summary>
    public long Alerts => Volatile.Read(ref _alerts);

    /// <summary>Confirmed tracks in the latest frame.</summary>
    public int Tracks => Volatile.Read(ref _tracks);

    public void FrameDone(int faces, int tracks)
    {
        Volatile.Write(ref _analyzed, _analyzed + 1);
        Volatile.Write(ref _faces, _faces + faces);
        Volatile.Write(ref _tracks, tracks);
    }

    public void AlertRaised() => Volatile.Write(ref _alerts, _alerts + 1);
}
