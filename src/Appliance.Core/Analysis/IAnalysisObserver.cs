using Appliance.Core.Alerts;
using Appliance.Core.Frames;
using Appliance.Core.Recognition;
using Appliance.Core.Rules.Engine;
using Appliance.Core.Tracking;

namespace Appliance.Core.Analysis;

/// <summary>Watches the analysis of a camera, on the thread that does it: everything lent here is valid during the call only.</summary>
public interface IAnalysisObserver
{
    /// <summary>A frame was analysed completely.</summary>
    void FrameAnalyzed(Frame frame, IReadOnlyList<Track> tracks, IReadOnlyList<Track> ended);

    /// <summary>The decision about a track changed.</summary>
    void Identified(Frame frame, Track track, in Identity identity);

    /// <summary>
    /// The site must know. Called while the frame is still there, so that evidence can be taken from it.
    /// </summary>
    /// <param name="frame">The frame that decided it.</param>
    /// <param name="track">Who it is about; null for what is about the picture or a zone.</param>
    /// <param name="alert">What is raised.</param>
    void AlertRaised(Frame frame, Track? track, Alert alert);

    /// <summary>The rules were asked about these tracks; for recordings that can be asked again with other rules.</summary>
    void RulesAsked(Frame frame, ReadOnlySpan<Sighting> sightings, int tampered)
    {
    }
}
