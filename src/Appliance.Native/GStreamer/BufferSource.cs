namespace Appliance.Native.GStreamer;

/// <summary>The planes of a picture that is copied into a pipeline; I420 unless <see cref="IsNv12"/>.</summary>
public readonly ref struct PlanarPicture
{
    public required int Width { get; init; }

    public required int Height { get; init; }

    public bool IsNv12 { get; init; }

    public required ReadOnlySpan<byte> Plane0 { get; init; }

    public required ReadOnlySpan<byte> Plane1 { get; init; }

    /// <summary>Unused with NV12.</summary>
    public ReadOnlySpan<byte> Plane2 { get; init; }

    public required int Stride0 { get; init; }

    public required int Stride1 { get; init; }

    public int Stride2 { get; init; }
}

/// <summary>An <c>appsrc</c>.</summary>
public sealed unsafe class BufferSource : IDisposable
{
    private readonly ElementHandle _handle;

    internal BufferSource(ElementHandle handle) => _handle = handle;

    /// <summary>Says what will be pushed.</summary>
    /// <exception cref="GStreamerException">Not caps.</exception>
    public void SetCaps(string caps)
    {
        var parsed = NativeMethods.gst_caps_from_string(caps);
        if (parsed == 0)
            throw new GStreamerException($"not a description of a media stream: {caps}");

        NativeMethods.gst_app_src_set_caps(_handle, parsed);
        NativeMethods.gst_mini_object_unref(parsed);
    }

    /// <summary>Copies <paramref name="bytes"/> in; waits while the queue is full if the source was made with <c>block=true</c>.</summary>
    /// <returns>False when the pipeline has been stopped or has failed.</returns>
    public bool Push(ReadOnlySpan<byte> bytes, long? pts = null, long? dts = null, long? duration = null, bool isKeyFrame = true)
    {
        var buffer = Allocate((nuint)bytes.Length);
        fixed (byte* from = bytes)
            NativeMethods.gst_buffer_fill(buffer, 0, from, (nuint)bytes.Length);
        return Push(buffer, pts, dts, duration, isKeyFrame);
    }

    /// <summary>Copies a picture in, row by row.</summary>
    /// <returns>False when the pipeline has been stopped or has failed.</returns>
    public bool Push(in PlanarPicture picture, long? pts = null, long? duration = null)
    {
        GstVideoInfo info;
        NativeMethods.gst_video_info_set_format(
            &info, picture.IsNv12 ? GstVideoInfo.FormatNv12 : GstVideoInfo.FormatI420, (uint)picture.Width, (uint)picture.Height);
        var buffer = Allocate(info.Size);
        var chromaRows = (picture.Height + 1) / 2;
        var chromaBytes = (picture.Width + 1) / 2;
        Fill(buffer, info.Offset[0], info.Stride[0], picture.Plane0, picture.Stride0, picture.Width, picture.Height);
        if (picture.IsNv12)
        {
            Fill(buffer, info.Offset[1], info.Stride[1], picture.Plane1, picture.Stride1, 2 * chromaBytes, chromaRows);
        }
        else
        {
            Fill(buffer, info.Offset[1], info.Stride[1], picture.Plane1, picture.Stride1, chromaBytes, chromaRows);
            Fill(buffer, info.Offset[2], info.Stride[2], picture.Plane2, picture.Stride2, chromaBytes, chromaRows);
        }

        return Push(buffer, pts, null, duration, isKeyFrame: true);
    }

    /// <summary>Buffers pushed that the pipeline has not taken yet.</summary>
    public int Waiting => (int)NativeMethods.gst_app_src_get_current_level_buffers(_handle);

    /// <summary>Nothing more will be pushed.</summary>
    public void EndOfStream() => _ = NativeMethods.gst_app_src_end_of_stream(_handle);

    public void Dispose() => _handle.Dispose();

    private static GstBuffer* Allocate(nuint size)
    {
        var buffer = NativeMethods.gst_buffer_new_allocate(0, size, 0);
        return buffer != null ? buffer : throw new GStreamerException("out of memory");
    }

    private static void Fill(
        GstBuffer* buffer, nuint offset, int toStride, ReadOnlySpan<byte> plane, int fromStride, int rowBytes, int rows)
    {
        fixed (byte* from = plane)
        {
            if (fromStride == toStride)
            {
                NativeMethods.gst_buffer_fill(buffer, offset, from, (nuint)(((rows - 1) * fromStride) + rowBytes));
                return;
            }

            for (var y = 0; y < rows; y++)
            {
                NativeMethods.gst_buffer_fill(
                    buffer, offset + (nuint)((long)y * toStride), from + ((long)y * fromStride), (nuint)rowBytes);
            }
        }
    }

    private bool Push(GstBuffer* buffer, long? pts, long? dts, long? duration, bool isKeyFrame)
    {
        buffer->Pts = Time(pts);
        buffer->Dts = Time(dts);
        buffer->Duration = Time(duration);
        if (!isKeyFrame)
            buffer->Object.Flags |= GstBuffer.FlagDeltaUnit;
        return NativeMethods.gst_app_src_push_buffer(_handle, buffer) == 0; // takes the buffer in every case
    }

    private static ulong Time(long? value) => value is { } known ? (ulong)known : NativeMethods.ClockTimeNone;
}
