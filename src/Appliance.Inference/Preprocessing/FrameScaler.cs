using Appliance.Core.Frames;
using Appliance.Inference.Catalogue;

namespace Appliance.Inference.Preprocessing;

/// <summary>
/// Frame → letterboxed planar float tensor in one pass over the rows: scaling, colour conversion and normalisation without a picture
/// in between. Made for one geometry and one thread.
/// </summary>
internal sealed class FrameScaler
{
    private readonly Letterbox _box;
    private readonly PixelFormat _format;
    private readonly ColorTransform _transform;
    private readonly PlaneScaler _luma;
    private readonly PlaneScaler _chroma;
    private readonly float[] _y;
    private readonly float[] _u;
    private readonly float[] _v;
    private readonly float[] _black;

    internal FrameScaler(Letterbox box, PixelFormat format, ColorSpace space, InputContract input)
    {
        _box = box;
        _format = format;
        var chromaWidth = (box.SourceWidth + 1) / 2;
        var chromaHeight = (box.SourceHeight + 1) / 2;
        _luma = new(AxisTable.Create(box.SourceWidth, box.ScaledWidth), AxisTable.Create(box.SourceHeight, box.ScaledHeight));
        _chroma = new(
            AxisTable.Create(chromaWidth, box.ScaledWidth), AxisTable.Create(chromaHeight, box.ScaledHeight),
            format == PixelFormat.Nv12 ? 2 : 1);
        _transform = new(space, input, _luma.Unit, _chroma.Unit);
        _y = new float[box.ScaledWidth];
        _u = new float[box.ScaledWidth];
        _v = new float[box.ScaledWidth];
        _black = [_transform.FirstNorm.Bias, _transform.SecondNorm.Bias, _transform.ThirdNorm.Bias];
    }

    /// <summary>Fills a tensor of 3 × <c>Height</c> × <c>Width</c>, borders included.</summary>
    internal void Write(Frame frame, Span<float> tensor)
    {
        var area = _box.Width * _box.Height;
        var first = tensor[..area];
        var second = tensor.Slice(area, area);
        var third = tensor.Slice(2 * area, area);
        for (var row = 0; row < _box.ScaledHeight; row++)
        {
            Sample(frame, row);
            var offset = row * _box.Width;
            RowKernels.Convert(_transform, _y, _u, _v, first[offset..], second[offset..], third[offset..]);
        }

        Pad(first, _black[0]);
        Pad(second, _black[1]);
        Pad(third, _black[2]);
    }

    private void Sample(Frame frame, int row)
    {
        _luma.Row(frame.Plane(0), frame.Stride(0), row, _y);
        if (_format == PixelFormat.Nv12)
        {
            _chroma.Rows(frame.Plane(1), frame.Stride(1), row, _u, _v);
            return;
        }

        _chroma.Row(frame.Plane(1), frame.Stride(1), row, _u);
        _chroma.Row(frame.Plane(2), frame.Stride(2), row, _v);
    }

    private void Pad(Span<float> plane, float black)
    {
        if (_box.ScaledWidth < _box.Width)
        {
            for (var row = 0; row < _box.ScaledHeight; row++)
                plane.Slice((row * _box.Width) + _box.ScaledWidth, _box.Width - _box.ScaledWidth).Fill(black);
        }

        plane[(_box.ScaledHeight * _box.Width)..].Fill(black);
    }
}
