using Appliance.Core.Frames;

namespace Appliance.UnitTests.Inference;

/// <summary>A frame with padding behind each row, as decoders give; the padding holds a value that must never be seen.</summary>
internal sealed class StridedFrame : Frame
{
    private const byte Poison = 0xEE;

    private readonly byte[][] _planes;
    private readonly int[] _strides;

    internal StridedFrame(int width, int height, PixelFormat format, ColorSpace space, int padding = 0)
    {
        (Width, Height, Format, ColorSpace) = (width, height, format, space);
        var chromaWidth = (width + 1) / 2;
        var chromaHeight = (height + 1) / 2;
        _strides = format == PixelFormat.Nv12
            ? [width + padding, (2 * chromaWidth) + padding]
            : [width + padding, chromaWidth + padding, chromaWidth + padding];
        _planes = [.. _strides.Select((stride, plane) => new byte[stride * (plane == 0 ? height : chromaHeight)])];
        foreach (var plane in _planes)
            plane.AsSpan().Fill(Poison);
    }

    /// <summary>The same picture in every layout: pseudo-random luma and chroma.</summary>
    internal static StridedFrame Noise(int width, int height, PixelFormat format, ColorSpace space, int padding, int seed = 1)
    {
        var frame = new StridedFrame(width, height, format, space, padding);
        var random = new Random(seed);
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
                frame.SetLuma(x, y, (byte)random.Next(256));
        }

        for (var y = 0; y < (height + 1) / 2; y++)
        {
            for (var x = 0; x < (width + 1) / 2; x++)
                frame.SetChroma(x, y, (byte)random.Next(256), (byte)random.Next(256));
        }

        return frame;
    }

    internal static StridedFrame Flat(int width, int height, byte y, byte u, byte v, ColorSpace space = ColorSpace.Bt601Full)
    {
        var frame = new StridedFrame(width, height, PixelFormat.I420, space);
        frame._planes[0].AsSpan().Fill(y);
        frame._planes[1].AsSpan().Fill(u);
        frame._planes[2].AsSpan().Fill(v);
        return frame;
    }

    internal void SetLuma(int x, int y, byte value) => _planes[0][(y * _strides[0]) + x] = value;

    internal void SetChroma(int x, int y, byte u, byte v)
    {
        if (Format == PixelFormat.Nv12)
        {
            _planes[1][(y * _strides[1]) + (2 * x)] = u;
            _planes[1][(y * _strides[1]) + (2 * x) + 1] = v;
            return;
        }

        _planes[1][(y * _strides[1]) + x] = u;
        _planes[2][(y * _strides[2]) + x] = v;
    }

    /// <summary>Luma (0), Cb (1) or Cr (2) at a sample of that plane; borders repeat.</summary>
    internal byte Sample(int component, int x, int y)
    {
        var (width, height) = component == 0 ? (Width, Height) : ((Width + 1) / 2, (Height + 1) / 2);
        x = Math.Clamp(x, 0, width - 1);
        y = Math.Clamp(y, 0, height - 1);
        return Format == PixelFormat.Nv12 && component > 0
            ? _planes[1][(y * _strides[1]) + (2 * x) + component - 1]
            : _planes[component][(y * _strides[component]) + x];
    }

    public override ReadOnlySpan<byte> Plane(int index) => _planes[index];

    public override int Stride(int index) => _strides[index];

    protected override void Dispose(bool disposing)
    {
    }
}
