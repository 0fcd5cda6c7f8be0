using Appliance.Native.GStreamer;

namespace Appliance.Capture.Encoding;

/// <summary>
/// Cuts a clip out of a running camera: what lies in the ring since <c>from</c>, then what comes until <c>to</c>, from key frame on, as the
/// camera sent it. Call <see cref="Collect"/> more often than the ring is long. Used by one thread at a time.
/// </summary>
public sealed class ClipCut(EncodedRing ring, DateTimeOffset from, DateTimeOffset to)
{
    private const int MostWaiting = 64;

    private static readonly TimeSpan s_longestStep = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);

    private readonly List<EncodedClip> _parts = [];

    /// <summary>Nothing has come so far.</summary>
    public bool IsEmpty => _parts.Count == 0;

    /// <summary>The last packet is past the end of the cut.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>The camera was lost in between, or changed its picture: what follows the gap is there as far as it fits.</summary>
    public bool IsInterrupted { get; private set; }

    /// <summary>h264, h265 or jpeg; empty = unknown.</summary>
    public string Codec => IsEmpty ? "" : _parts[0].Caps switch
    {
        var caps when caps.StartsWith("video/x-h264", StringComparison.Ordinal) => "h264",
        var caps when caps.StartsWith("video/x-h265", StringComparison.Ordinal) => "h265",
        var caps when caps.StartsWith("image/jpeg", StringComparison.Ordinal) => "jpeg",
        _ => "",
    };

    /// <summary>Arrival of the first picture.</summary>
    public DateTimeOffset? Start => IsEmpty ? null : _parts[0][0].CapturedAt;

    /// <summary>Arrival of the last picture that belongs to the cut.</summary>
    public DateTimeOffset? End => IsEmpty ? null : Packets().Last().Packet.CapturedAt;

    /// <summary>Takes what has come since the last call.</summary>
    public void Collect()
    {
        if (IsComplete)
            return;

        var next = IsEmpty ? ring.CopySince(from) : ring.CopyFrom(_parts[^1].Next);
        if (next is null)
            return;

        if (!IsEmpty && (!next.IsContinuation || next.Caps != _parts[0].Caps))
        {
            IsInterrupted = true;
            // Another picture size cannot go into the same file, and what the ring still holds from before is there already.
            if (next.Caps != _parts[0].Caps || next[0].CapturedAt <= _parts[^1][_parts[^1].Count - 1].CapturedAt)
            {
                IsComplete = true;
                return;
            }
        }

        _parts.Add(next);
        IsComplete = next[next.Count - 1].CapturedAt >= to;
    }

    /// <summary>The clip as an MP4 that a browser plays while it loads (index first), muxed without decoding.</summary>
    /// <param name="into">Receives it, front to back.</param>
    /// <exception cref="CaptureException">The packets cannot be put into MP4.</exception>
    public void WriteMp4(Stream into)
    {
        var temporary = SharedMemoryFolder.NewFile(".mp4");
        try
        {
            using (var pipeline = Pipeline.Parse(
                $"appsrc name=in format=time max-bytes=0 ! {Mp4Writer.Parser(_parts[0].Caps)} ! mp4mux ! filesink name=file"))
            {
                pipeline.Set("file", "location", temporary);
                using var source = pipeline.Source("in");
                source.SetCaps(_parts[0].Caps);
                pipeline.Play();
                Push(pipeline, source);
                source.EndOfStream();
                pipeline.WaitForEnd(s_patience);
                pipeline.Stop();
            }

            using var muxed = File.OpenRead(temporary);
            Mp4IndexFirst.Copy(muxed, into);
        }
        catch (GStreamerException fault)
        {
            throw new CaptureException($"no MP4 can be made of the clip: {fault.Message}", fault);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    /// <summary>Times begin at zero and go on over gaps and over the rounds of a looped file, where the camera's own start anew.</summary>
    private void Push(Pipeline pipeline, BufferSource source)
    {
        TimeSpan? last = null;
        var shift = TimeSpan.Zero;
        var step = TimeSpan.FromMilliseconds(40);
        foreach (var (packet, bytes) in Packets())
        {
            var time = packet.Dts ?? packet.Pts ?? packet.CapturedAt - Start!.Value;
            if (last is not { } before)
                shift = -time;
            else if (time + shift - before is var gap && (gap <= -s_longestStep || gap > s_longestStep))
                shift = before + step - time;
            else if (gap > TimeSpan.Zero)
                step = gap;
            last = time + shift;

            pipeline.AwaitRoom(source, MostWaiting);
            if (!source.Push(bytes.Span, Nanoseconds(packet.Pts + shift), Nanoseconds(packet.Dts + shift), packet.Duration?.Ticks * 100, packet.IsKeyFrame))
            {
                pipeline.ThrowIfFailed();
                throw new GStreamerException("the muxer takes no more packets");
            }
        }
    }

    private IEnumerable<(EncodedPacket Packet, ReadOnlyMemory<byte> Bytes)> Packets()
    {
        foreach (var part in _parts)
        {
            for (var i = 0; i < part.Count; i++)
            {
                if (part[i].CapturedAt > to && !IsFirst(part, i))
                    yield break;
                yield return (part[i], part.Memory(i));
            }
        }
    }

    private bool IsFirst(EncodedClip part, int index) => index == 0 && part == _parts[0];

    private static long? Nanoseconds(TimeSpan? time) => time is { } known ? Math.Max(0, known.Ticks * 100) : null;
}
