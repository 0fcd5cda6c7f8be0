using System.Text.Json;
using Appliance.Core.Analysis;

namespace Appliance.Daemon.Cli.Analyze;

/// <summary>What one run over a source cost and found.</summary>
/// <param name="Frames">Frames analysed.</param>
/// <param name="WallSeconds">From the first read to the end.</param>
/// <param name="CpuSeconds">CPU of the whole process in that time: decoding threads, inference, everything.</param>
/// <param name="Faces">Faces seen, one per frame in which each was.</param>
/// <param name="Embedded">Templates computed.</param>
/// <param name="Tracks">Confirmed tracks.</param>
/// <param name="People">Different persons of the watchlist recognised.</param>
/// <param name="Alerts">Alerts raised.</param>
/// <param name="ReadMilliseconds">Time spent waiting for the decoder.</param>
/// <param name="Times">Time per stage.</param>
/// <param name="SteadyStateBytes">Managed bytes allocated by the analysis after <see cref="WarmUpFrames"/> frames, output included.</param>
/// <param name="AllocatingFrames">Frames after the warm-up that allocated at all: those with a new track slot, an identity or an alert.</param>
/// <param name="WorkingSet">Resident bytes at the end.</param>
internal sealed record AnalyzeSummary(
    long Frames, double WallSeconds, double CpuSeconds, long Faces, long Embedded, int Tracks, int People, long Alerts,
    double ReadMilliseconds, StageTimes Times, long SteadyStateBytes, long AllocatingFrames, long WorkingSet)
{
    /// <summary>Until then buffers grow to their working size.</summary>
    public const int WarmUpFrames = 30;

    public double FramesPerSecond => WallSeconds > 0 ? Frames / WallSeconds : 0;

    public double CpuMillisecondsPerFrame => Frames > 0 ? 1000 * CpuSeconds / Frames : 0;

    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("type"u8, "summary"u8);
        json.WriteNumber("frames"u8, Frames);
        json.WriteNumber("fps"u8, Math.Round(FramesPerSecond, 1));
        json.WriteNumber("wallSeconds"u8, Math.Round(WallSeconds, 3));
        json.WriteNumber("cpuSeconds"u8, Math.Round(CpuSeconds, 3));
        json.WriteNumber("cpuMsPerFrame"u8, Math.Round(CpuMillisecondsPerFrame, 3));
        json.WriteNumber("faces"u8, Faces);
        json.WriteNumber("embedded"u8, Embedded);
        json.WriteNumber("tracks"u8, Tracks);
        json.WriteNumber("people"u8, People);
        json.WriteNumber("alerts"u8, Alerts);
        json.WriteStartObject("stageMsPerFrame"u8);
        Stage("read", ReadMilliseconds);
        Stage("detect", StageTimes.Milliseconds(Times.Detect));
        Stage("track", StageTimes.Milliseconds(Times.Track));
        Stage("quality", StageTimes.Milliseconds(Times.Quality));
        Stage("embed", StageTimes.Milliseconds(Times.Embed));
        Stage("decide", StageTimes.Milliseconds(Times.Decide));
        json.WriteEndObject();
        json.WriteNumber("steadyStateBytesPerFrame"u8, Math.Round((double)SteadyStateBytes / Math.Max(1, Frames - WarmUpFrames), 1));
        json.WriteNumber("allocatingFrames"u8, AllocatingFrames);
        json.WriteNumber("workingSetMb"u8, Math.Round(WorkingSet / 1048576.0, 1));
        json.WriteEndObject();

        void Stage(string name, double milliseconds) => json.WriteNumber(name, Math.Round(milliseconds / Math.Max(1, Frames), 4));
    }
}
