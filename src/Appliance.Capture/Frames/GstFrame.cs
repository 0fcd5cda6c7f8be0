using Appliance.Core.Cameras;
using Appliance.Core.Frames;
using Appliance.Native.GStreamer;

namespace Appliance.Capture.Frames;

/// <summary>A frame that lies where the decoder wrote it. Pooled: dispose it once and do not touch it afterwards.</summary>
internal sealed class GstFrame(GstFramePool pool) : Frame
{
    private int _isOut;

    public VideoSample Sample { get; } = new();

    public override ReadOnlySpan<byte> Plane(int index) => Sample.Plane(index);

    public override int Stride(int index) => Sample.Stride(index);

    /// <summary>Begins a life outside the pool, with the picture that <see cref="Sample"/> holds.</summary>
    public void Begin(CameraId camera, long sequence, TimeSpan mediaTime, DateTimeOffset capturedAt, long capturedTimestamp)
    {
        Camera = camera;
        Sequence = sequence;
        MediaTime = mediaTime;
        CapturedAt = capturedAt;
        CapturedTimestamp = capturedTimestamp;
        Width = Sample.Width;
        Height = Sample.Height;
        Format = Sample.Layout == VideoLayout.Nv12 ? PixelFormat.Nv12 : PixelFormat.I420;
        ColorSpace = (Sample.IsBt709, Sample.IsFullRange) switch
        {
            (true, true) => ColorSpace.Bt709Full,
            (true, false) => ColorSpace.Bt709Limited,
            (false, true) => ColorSpace.Bt601Full,
            _ => ColorSpace.Bt601Limited,
        };
        Volatile.Write(ref _isOut, 1);
    }

    protected override void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref _isOut, 0) == 0)
            return;

        Sample.Release();
        pool.Return(this);
    }
}
