using System.Diagnostics;
using System.Text.Json;
using Appliance.Capture.Frames;
using Appliance.Core.Alerts;
using Appliance.Core.Analysis;
using Appliance.Core.Cameras;
using Appliance.Core.Detection;
using Appliance.Core.Frames;
using Appliance.Core.Recognition;
using Appliance.Core.Rules.Engine;
using Appliance.Core.Tracking;
using Appliance.Daemon.Pipeline;

namespace Appliance.Daemon.Cli.Analyze;

/// <summary>
/// The whole pipeline on one source, in one thread, as fast as it goes: NDJSON lines of <c>frame</c> (with its faces and tracks),
/// <c>identity</c> and <c>alert</c>, and a <c>summary</c> as the last line.
/// </summary>
internal sealed class AnalyzeRunner(Recognizer recognizer, Stream output, bool everyFrame, SceneRecorder? recorder = null) : IAnalysisObserver
{
    private static readonly CameraId s_camera = new("analyze");

    private readonly Utf8JsonWriter _json = new(output);
    private readonly List<FaceDetection> _faces = new(64);
    private readonly HashSet<long> _tracks = [];
    private readonly HashSet<PersonId> _people = [];
    private long _faceCount;
    private long _alerts;

    /// <summary>Runs to the end of the source.</summary>
    /// <exception cref="Capture.CaptureException">The source cannot be opened or breaks.</exception>
    public AnalyzeSummary Run(VideoReader reader, CancellationToken cancel)
    {
        var analyzer = new CameraAnalyzer(s_camera, recognizer.Context, recognizer.Embedder);
        var wall = Stopwatch.StartNew();
        var cpu = Process.GetCurrentProcess().TotalProcessorTime;
        long frames = 0;
        long decode = 0;
        long allocatedInSteadyState = 0;
        long allocatingFrames = 0;
        while (!cancel.IsCancellationRequested)
        {
            var mark = Stopwatch.GetTimestamp();
            if (!reader.TryRead(out var frame))
                break;

            decode += Stopwatch.GetTimestamp() - mark;
            using (frame)
            {
                var before = GC.GetAllocatedBytesForCurrentThread();
                mark = Stopwatch.GetTimestamp();
                recognizer.Detector.Detect(frame, _faces);
                analyzer.Times.AddDetect(mark);
                analyzer.Analyze(frame, _faces, this);
                var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
                if (frames >= AnalyzeSummary.WarmUpFrames && allocated > 0)
                {
                    allocatedInSteadyState += allocated;
                    allocatingFrames++;
                }
            }

            frames++;
        }

        var cpuSeconds = (Process.GetCurrentProcess().TotalProcessorTime - cpu).TotalSeconds;
        var summary = new AnalyzeSummary(
            frames, wall.Elapsed.TotalSeconds, cpuSeconds, _faceCount, analyzer.Embedded, _tracks.Count, _people.Count, _alerts,
            StageTimes.Milliseconds(decode), analyzer.Times, allocatedInSteadyState, allocatingFrames,
            Environment.WorkingSet);
        summary.Write(_json);
        EndLine();
        return summary;
    }

    void IAnalysisObserver.FrameAnalyzed(Frame frame, IReadOnlyList<Track> tracks, IReadOnlyList<Track> ended)
    {
        var seen = 0;
        for (var i = 0; i < tracks.Count; i++)
        {
            if (tracks[i].IsSeen)
                seen++;
            if (tracks[i].State == TrackState.Confirmed)
                _tracks.Add(tracks[i].Id);
        }

        _faceCount += seen;
        if (!everyFrame || (tracks.Count == 0 && ended.Count == 0))
            return;

        _json.WriteStartObject();
        _json.WriteString("type"u8, "frame"u8);
        _json.WriteNumber("frame"u8, frame.Sequence);
        _json.WriteNumber("time"u8, Math.Round(frame.MediaTime.TotalSeconds, 3));
        _json.WriteStartArray("tracks"u8);
        for (var i = 0; i < tracks.Count; i++)
        {
            if (tracks[i].IsSeen)
                WriteTrack(tracks[i]);
        }

        _json.WriteEndArray();
        if (ended.Count > 0)
        {
            _json.WriteStartArray("ended"u8);
            for (var i = 0; i < ended.Count; i++)
                _json.WriteNumberValue(ended[i].Id);
            _json.WriteEndArray();
        }

        _json.WriteEndObject();
        EndLine();
    }

    void IAnalysisObserver.Identified(Frame frame, Track track, in Identity identity)
    {
        _json.WriteStartObject();
        _json.WriteString("type"u8, "identity"u8);
        _json.WriteNumber("frame"u8, frame.Sequence);
        _json.WriteNumber("time"u8, Math.Round(frame.MediaTime.TotalSeconds, 3));
        _json.WriteNumber("track"u8, track.Id);
        _json.WriteString("state"u8, identity.State switch
        {
            IdentityState.Known => "known"u8,
            IdentityState.Unknown => "unknown"u8,
            _ => "undecided"u8,
        });
        if (identity.State == IdentityState.Known)
        {
            _people.Add(identity.Person);
            _json.WriteString("person"u8, identity.Person.Value);
            _json.WriteString("name"u8, recognizer.Context.FindPerson(identity.Person)?.Name ?? "");
            _json.WriteNumber("margin"u8, Round(identity.Margin));
        }

        _json.WriteNumber("similarity"u8, Round(identity.Similarity));
        _json.WriteNumber("threshold"u8, Round(identity.Threshold));
        _json.WriteNumber("shots"u8, identity.Shots);
        _json.WriteEndObject();
        EndLine();
    }

    void IAnalysisObserver.RulesAsked(Frame frame, ReadOnlySpan<Sighting> sightings, int tampered) =>
        recorder?.Write(frame, sightings, tampered);

    void IAnalysisObserver.AlertRaised(Frame frame, Track? track, Alert alert)
    {
        _alerts++;
        _json.WriteStartObject();
        _json.WriteString("type"u8, "alert"u8);
        _json.WriteString("kind"u8, alert.Kind);
        _json.WriteNumber("frame"u8, frame.Sequence);
        _json.WriteNumber("time"u8, Math.Round(frame.MediaTime.TotalSeconds, 3));
        if (track is not null)
            _json.WriteNumber("track"u8, track.Id);
        if (alert.Rule.Length > 0)
            _json.WriteString("rule"u8, alert.Rule);
        if (alert.Zone.Length > 0)
            _json.WriteString("zone"u8, alert.Zone);
        if (alert.Match is { } match)
        {
            _json.WriteString("person"u8, match.Person.Value);
            _json.WriteString("name"u8, match.Name);
            _json.WriteString("category"u8, match.Category);
            _json.WriteNumber("similarity"u8, Round(match.Similarity));
        }

        _json.WriteEndObject();
        EndLine();
    }

    private void WriteTrack(Track track)
    {
        _json.WriteStartObject();
        _json.WriteNumber("id"u8, track.Id);
        _json.WriteNumber("score"u8, Round(track.Score));
        _json.WriteStartArray("box"u8);
        _json.WriteNumberValue(Round(track.Box.X));
        _json.WriteNumberValue(Round(track.Box.Y));
        _json.WriteNumberValue(Round(track.Box.Width));
        _json.WriteNumberValue(Round(track.Box.Height));
        _json.WriteEndArray();
        _json.WriteEndObject();
    }

    private void EndLine()
    {
        _json.Flush();
        _json.Reset();
        output.WriteByte((byte)'\n');
    }

    private static double Round(float value) => Math.Round(value, 3);
}
