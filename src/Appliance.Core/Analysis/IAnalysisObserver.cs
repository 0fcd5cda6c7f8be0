using Appliance.Core.Alerts;
using Appliance.Core.Frames;
using Appliance.Core.Recognition;
using Appliance.Core.Tracking;

namespace Appliance.Core.Analysis;

/// <summary>Watches the analysis of a camera, on the thread that does it: everything lent here is valid during the call only.</summary>
public interface IAnalysisObserver
{
    /// <summary>A frame was analysed completely.</summary>
    void FrameAnalyzed(Frame frame, IReadOnlyList<Track> tracks, IReadOnlyList<Track> ended);

    /// <summary>The decision about a track changed.</summary>
    void Identified(Frame frame, Track track, in Identity identity);

    /// <summary>The site must know. Called while the frame is still there, so that evidence can be taken from it.</summary>
    void AlertRaised(Frame frame, Track track, Alert alert);
}
