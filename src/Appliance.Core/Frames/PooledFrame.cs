using System.Buffers;
using Appliance.Core.Cameras;

namespace Appliance.Core.Frames;

/// <summary>An I420 picture in managed, pooled memory: photos, rendered scenes, copies kept for a snapshot.</summary>
public sealed class PooledFrame : Frame
{
    private readonly int _chromaWidth;
    private readonly int _chromaHeight;
    private byte[]? _buffer;

    public PooledFrame(int width, int height, ColorSpace colorSpace = ColorSpace.Bt601Limited)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(width);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(height);
        Width = width;
        Height = height;
        Format = PixelFormat.I420;
        ColorSpace = colorSpace;
        _chromaWidth = (width + 1) / 2;
        _chromaHeight = (height + 1) / 2;
        _buffer = ArrayPool<byte>.Shared.Rent((width * height) + (2 * _chromaWidth * _chromaHeight));
    }

    /// <summary>A copy of <paramref name="source"/> (NV12 is de-interleaved) that outlives it.</summary>
    public static PooledFrame CopyOf(Frame source)
    {
        var copy = new PooledFrame(source.Width, source.Height, source.ColorSpace);
        copy.Stamp(source.Camera, source.Sequence, source.MediaTime, source.CapturedAt, source.CapturedTimestamp);
        CopyRows(source.Plane(0), source.Stride(0), copy.Writable(0), copy.Stride(0), source.Width, source.Height);
        if (source.Format == PixelFormat.I420)
        {
            for (var plane = 1; plane < 3; plane++)
            {
                CopyRows(
                    source.Plane(plane), source.Stride(plane), copy.Writable(plane), copy.Stride(plane),
                    copy._chromaWidth, copy._chromaHeight);
            }
        }
        else
        {
            var uv = source.Plane(1);
            var stride = source.Stride(1);
            var u = copy.Writable(1);
            var v = copy.Writable(2);
            for (var y = 0; y < copy._chromaHeight; y++)
            {
                for (var x = 0; x < copy._chromaWidth; x++)
                {
                    u[(y * copy._chromaWidth) + x] = uv[(y * stride) + (2 * x)];
                    v[(y * copy._chromaWidth) + x] = uv[(y * stride) + (2 * x) + 1];
                }
            }
        }

        return copy;
    }

    /// <summary>Says where and when the picture was taken.</summary>
    public void Stamp(CameraId camera, long sequence, TimeSpan mediaTime, DateTimeOffset capturedAt, long capturedTimestamp)
    {
        Camera = camera;
        Sequence = sequence;
        MediaTime = mediaTime;
        CapturedAt = capturedAt;
        CapturedTimestamp = capturedTimestamp;
    }

    /// <summary>The same bytes as <see cref="Plane"/>, for whoever fills the picture.</summary>
    public Span<byte> Writable(int index)
    {
        ObjectDisposedException.ThrowIf(_buffer is null, this);
        var luma = Width * Height;
        var chroma = _chromaWidth * _chromaHeight;
        return index switch
        {
            0 => _buffer.AsSpan(0, luma),
            1 => _buffer.AsSpan(luma, chroma),
            2 => _buffer.AsSpan(luma + chroma, chroma),
            _ => throw new ArgumentOutOfRangeException(nameof(index)),
        };
    }

    public override ReadOnlySpan<byte> Plane(int index) => Writable(index);

    public override int Stride(int index) => index == 0 ? Width : _chromaWidth;

    protected override void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref _buffer, null) is { } buffer)
            ArrayPool<byte>.Shared.Return(buffer);
    }

    private static void CopyRows(ReadOnlySpan<byte> from, int fromStride, Span<byte> to, int toStride, int width, int height)
    {
        for (var y = 0; y < height; y++)
            from.Slice(y * fromStride, width).CopyTo(to.Slice(y * toStride, width));
    }
}
