namespace Appliance.Native.GStreamer;

/// <summary>Layout of a <see cref="VideoSample"/>.</summary>
public enum VideoLayout
{
    I420,
    Nv12,
}

/// <summary>
/// One decoded picture, mapped where the decoder wrote it. Reusable: a <see cref="VideoSink"/> fills it,
/// <see cref="Release"/> gives the buffer back to the decoder. No finalizer, because one per frame would cost more than the
/// frame: whoever pulls releases.
/// </summary>
public sealed unsafe class VideoSample
{
    private GstVideoFrame _frame;
    private nint _sample;

    public int Width => _frame.Info.Width;

    public int Height => _frame.Info.Height;

    public VideoLayout Layout { get; private set; }

    /// <summary>BT.709 matrix; otherwise BT.601.</summary>
    public bool IsBt709 { get; private set; }

    /// <summary>0–255; otherwise 16–235.</summary>
    public bool IsFullRange { get; private set; }

    /// <summary>Time in the stream, nanoseconds; null if unknown.</summary>
    public long? Pts { get; private set; }

    /// <summary>The decoder marked the picture as damaged.</summary>
    public bool IsCorrupted { get; private set; }

    /// <summary>Bytes per row of plane <paramref name="index"/>.</summary>
    public int Stride(int index) => _frame.Info.Stride[index];

    /// <summary>Bytes of plane <paramref name="index"/> (Y, U, V or Y, UV), the last row without its padding.</summary>
    public ReadOnlySpan<byte> Plane(int index)
    {
        ObjectDisposedException.ThrowIf(_sample == 0, this);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)index, Layout == VideoLayout.I420 ? 2u : 1u, nameof(index));
        var rows = index == 0 ? Height : (Height + 1) / 2;
        var chroma = (Width + 1) / 2;
        var rowBytes = index == 0 ? Width : Layout == VideoLayout.I420 ? chroma : 2 * chroma;
        return new ReadOnlySpan<byte>((byte*)_frame.Data[index], ((rows - 1) * Stride(index)) + rowBytes);
    }

    /// <summary>Gives the buffer back. Releasing twice does nothing.</summary>
    public void Release()
    {
        var sample = Interlocked.Exchange(ref _sample, 0);
        if (sample == 0)
            return;

        // The structure holds no pointer into itself, so it may move between mapping and unmapping.
        fixed (GstVideoFrame* frame = &_frame)
            NativeMethods.gst_video_frame_unmap(frame);
        NativeMethods.gst_mini_object_unref(sample);
    }

    /// <summary>Takes ownership of <paramref name="sample"/>.</summary>
    internal void Map(nint sample, GstVideoInfo* info, ulong streamTime)
    {
        var buffer = NativeMethods.gst_sample_get_buffer(sample);
        fixed (GstVideoFrame* frame = &_frame)
        {
            if (buffer == null || NativeMethods.gst_video_frame_map(frame, info, buffer, GstVideoFrame.MapRead) == 0)
            {
                NativeMethods.gst_mini_object_unref(sample);
                throw new GStreamerException("a decoded picture could not be mapped into memory");
            }
        }

        _sample = sample;
        Layout = *info->Format == GstVideoInfo.FormatNv12 ? VideoLayout.Nv12 : VideoLayout.I420;
        IsFullRange = info->ColorRange == 1;
        IsBt709 = info->ColorMatrix == 3;
        IsCorrupted = (buffer->Object.Flags & GstBuffer.FlagCorrupted) != 0;
        Pts = streamTime == NativeMethods.ClockTimeNone ? null : (long)streamTime;
    }
}
