using Appliance.Capture.Frames;
using Appliance.Native.GStreamer;

namespace Appliance.Capture.Serving;

/// <summary>All H.264 access units of a file, in memory, as Annex B byte stream in decoding order.</summary>
internal sealed class RecordedVideo : IEncodedTap
{
    private readonly MemoryStream _bytes = new();
    private readonly List<Unit> _units = [];

    private RecordedVideo()
    {
    }

    /// <summary>One access unit. Times are nanoseconds from the first unit's decoding time.</summary>
    internal readonly record struct Unit(int Offset, int Length, long Pts, long Dts, bool IsKeyFrame);

    public IReadOnlyList<Unit> Units => _units;

    public string Caps { get; private set; } = "";

    /// <summary>Length of one round, nanoseconds: the first unit's decoding time in the next round.</summary>
    public long Length { get; private set; }

    public ReadOnlySpan<byte> Bytes(Unit unit) => _bytes.GetBuffer().AsSpan(unit.Offset, unit.Length);

    /// <exception cref="CaptureException">No H.264 in it.</exception>
    public static RecordedVideo Read(string file)
    {
        if (!File.Exists(file))
            throw new CaptureException($"no such file: {file}");

        var head = new byte[16];
        using (var stream = File.OpenRead(file))
            stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        var container = StreamRecipe.Container(head) switch
        {
            "qtdemux" => "qtdemux name=demux demux.video_0 ! ",
            "matroskademux" => "matroskademux name=demux demux.video_0 ! ",
            _ => "",
        };
        var video = new RecordedVideo();
        try
        {
            using var pipeline = Pipeline.Parse(
                $"filesrc name=file ! {container} h264parse config-interval=-1 ! "
                + "video/x-h264,stream-format=byte-stream,alignment=au ! appsink name=sink sync=false max-buffers=64");
            pipeline.Set("file", "location", file);
            using var sink = pipeline.Sink("sink");
            pipeline.Play();
            while (sink.TryPull(video, TimeSpan.FromMilliseconds(100)) is var result && result != PullResult.End)
            {
                if (result == PullResult.Nothing)
                    pipeline.ThrowIfFailed();
            }

            pipeline.ThrowIfFailed();
        }
        catch (GStreamerException fault)
        {
            throw new CaptureException($"{file} cannot be served: {fault.Message}", fault);
        }

        return video._units.Count > 0 ? video.Finished() : throw new CaptureException($"{file} holds no H.264 video");
    }

    public void OnCaps(string caps) => Caps = caps;

    public void OnPacket(in EncodedBuffer buffer)
    {
        var offset = (int)_bytes.Length;
        _bytes.SetLength(offset + buffer.Length);
        buffer.CopyTo(_bytes.GetBuffer().AsSpan(offset, buffer.Length));
        // A raw stream without timing is played at 25 frames per second.
        var fallback = _units.Count == 0 ? 0 : _units[^1].Dts + 40_000_000;
        var dts = buffer.Dts ?? buffer.Pts ?? fallback;
        _units.Add(new Unit(offset, buffer.Length, buffer.Pts ?? dts, dts, buffer.IsKeyFrame));
    }

    private RecordedVideo Finished()
    {
        var start = _units[0].Dts;
        for (var i = 0; i < _units.Count; i++)
            _units[i] = _units[i] with { Pts = _units[i].Pts - start, Dts = _units[i].Dts - start };

        var step = _units.Count > 1 ? _units[^1].Dts / (_units.Count - 1) : 40_000_000;
        Length = _units[^1].Dts + step;
        return this;
    }
}
