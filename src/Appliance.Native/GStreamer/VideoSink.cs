namespace Appliance.Native.GStreamer;

/// <summary>What a pull found.</summary>
public enum PullResult
{
    /// <summary>A sample.</summary>
    Taken,

    /// <summary>A sample that was not wanted and has been given back unmapped.</summary>
    Skipped,

    /// <summary>Nothing within the time allowed.</summary>
    Nothing,

    /// <summary>The stream has ended (or the pipeline was stopped).</summary>
    End,
}

/// <summary>An <c>appsink</c>. One thread pulls at a time.</summary>
public sealed unsafe class VideoSink : IDisposable
{
    private const int FormatTime = 3;

    private readonly ElementHandle _handle;
    private GstVideoInfo _info;
    private nint _caps;

    internal VideoSink(ElementHandle handle) => _handle = handle;

    /// <summary>Waits for the next picture.</summary>
    /// <param name="into">Receives it; must be released before the next use.</param>
    /// <param name="timeout">How long to wait.</param>
    /// <param name="wanted">Decides by stream time (nanoseconds, null if unknown), before anything is mapped.</param>
    /// <exception cref="GStreamerException">The picture cannot be read.</exception>
    public PullResult TryPull(VideoSample into, TimeSpan timeout, Func<long?, bool>? wanted = null)
    {
        var sample = Pull(timeout);
        if (sample == 0)
            return IsAtEnd ? PullResult.End : PullResult.Nothing;

        var buffer = NativeMethods.gst_sample_get_buffer(sample);
        var time = buffer == null || buffer->Pts == NativeMethods.ClockTimeNone
            ? NativeMethods.ClockTimeNone
            : NativeMethods.gst_segment_to_stream_time(NativeMethods.gst_sample_get_segment(sample), FormatTime, buffer->Pts);
        if (wanted is not null && !wanted(time == NativeMethods.ClockTimeNone ? null : (long)time))
        {
            NativeMethods.gst_mini_object_unref(sample);
            return PullResult.Skipped;
        }

        Describe(sample);
        fixed (GstVideoInfo* info = &_info)
            into.Map(sample, info, time);
        return PullResult.Taken;
    }

    /// <summary>Waits for the next encoded packet and hands it to <paramref name="tap"/>.</summary>
    public PullResult TryPull(IEncodedTap tap, TimeSpan timeout)
    {
        var sample = Pull(timeout);
        if (sample == 0)
            return IsAtEnd ? PullResult.End : PullResult.Nothing;

        try
        {
            var caps = NativeMethods.gst_sample_get_caps(sample);
            if (Remember(caps))
                tap.OnCaps(GStreamerLibrary.TakeText(NativeMethods.gst_caps_to_string(caps)));

            var buffer = NativeMethods.gst_sample_get_buffer(sample);
            if (buffer != null)
                tap.OnPacket(new EncodedBuffer(buffer));
            return PullResult.Taken;
        }
        finally
        {
            NativeMethods.gst_mini_object_unref(sample);
        }
    }

    public void Dispose()
    {
        if (_handle.IsClosed)
            return;

        Remember(0);
        _handle.Dispose();
    }

    private bool IsAtEnd => NativeMethods.gst_app_sink_is_eos(_handle) != 0;

    private nint Pull(TimeSpan timeout) =>
        NativeMethods.gst_app_sink_try_pull_sample(_handle, (ulong)(timeout.Ticks * 100));

    // Caps are parsed only when they change: comparing pointers is enough while a reference is held.
    private void Describe(nint sample)
    {
        var caps = NativeMethods.gst_sample_get_caps(sample);
        if (!Remember(caps))
            return;

        fixed (GstVideoInfo* info = &_info)
        {
            if (caps != 0 && NativeMethods.gst_video_info_from_caps(info, caps) != 0)
                return;
        }

        Remember(0);
        NativeMethods.gst_mini_object_unref(sample);
        throw new GStreamerException("the decoder did not say what its pictures look like");
    }

    private bool Remember(nint caps)
    {
        if (caps == _caps)
            return false;

        if (_caps != 0)
            NativeMethods.gst_mini_object_unref(_caps);
        _caps = caps == 0 ? 0 : NativeMethods.gst_mini_object_ref(caps);
        return true;
    }
}
