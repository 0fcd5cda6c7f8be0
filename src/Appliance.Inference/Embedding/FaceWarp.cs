using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Appliance.Core.Frames;
using Appliance.Inference.Catalogue;
using Appliance.Inference.Preprocessing;

namespace Appliance.Inference.Embedding;

/// <summary>
/// Cuts an aligned face out of a frame straight into the planes that the embedder wants: bilinear in Y, U and V, then colour, one row
/// at a time. Faces much larger than the crop are sampled several times per pixel so that nothing aliases. Outside of the frame
/// is black. One thread at a time.
/// </summary>
internal sealed class FaceWarp(InputContract input)
{
    private const int Fixed = 16; // Coordinates are 48.16 fixed point.
    private const int Weight = 8; // Bilinear weights have 8 bits; the product of two is the unit of a sample.
    private const int MaxSamples = 6;

    private readonly float[] _y = new float[input.Width];
    private readonly float[] _u = new float[input.Width];
    private readonly float[] _v = new float[input.Width];

    /// <summary>Fills 3 × Height × Width of <paramref name="tensor"/>.</summary>
    /// <param name="frame">Where the face is.</param>
    /// <param name="toFrame">From pixels of the crop to pixels of the frame, pixel centres at whole numbers.</param>
    /// <param name="tensor">Planar floats.</param>
    internal void Write(Frame frame, in SimilarityTransform toFrame, Span<float> tensor)
    {
        // Bilinear sees two pixels across, so up to twice the crop's resolution nothing is skipped.
        var samples = Math.Clamp((int)toFrame.Scale, 1, MaxSamples);
        var unit = (float)(1 << (2 * Weight)) * samples * samples;
        var transform = new ColorTransform(frame.ColorSpace, input, unit, unit);
        var source = new Source(frame, ColorMatrix.For(frame.ColorSpace).Black);
        var area = input.Width * input.Height;
        for (var row = 0; row < input.Height; row++)
        {
            SampleRow(source, toFrame, row, samples);
            var start = row * input.Width;
            RowKernels.Convert(
                transform, _y, _u, _v, tensor.Slice(start, input.Width), tensor.Slice(area + start, input.Width),
                tensor.Slice((2 * area) + start, input.Width));
        }
    }

    private void SampleRow(in Source source, in SimilarityTransform toFrame, int row, int samples)
    {
        var stepX = (long)(toFrame.A * (1 << Fixed));
        var stepY = (long)(toFrame.B * (1 << Fixed));
        _y.AsSpan().Clear();
        _u.AsSpan().Clear();
        _v.AsSpan().Clear();
        for (var down = 0; down < samples; down++)
        {
            for (var across = 0; across < samples; across++)
            {
                // Samples lie evenly inside the pixel, which reaches half a step to every side of its centre.
                var offset = new Vector2(across + 0.5f, down + 0.5f) / samples;
                var start = toFrame.Apply(new Vector2(0, row) + offset - new Vector2(0.5f));
                var x = (long)(start.X * (1 << Fixed));
                var y = (long)(start.Y * (1 << Fixed));
                for (var column = 0; column < _y.Length; column++)
                {
                    source.Add(x, y, ref _y[column], ref _u[column], ref _v[column]);
                    x += stepX;
                    y += stepY;
                }
            }
        }
    }

    /// <summary>The planes of a frame, read at fractional places.</summary>
    private readonly ref struct Source
    {
        private readonly ReadOnlySpan<byte> _luma;
        private readonly ReadOnlySpan<byte> _first;
        private readonly ReadOnlySpan<byte> _second;
        private readonly int _width;
        private readonly int _height;
        private readonly int _lumaStride;
        private readonly int _firstStride;
        private readonly int _secondStride;
        private readonly int _chromaStep;
        private readonly float _black;

        internal Source(Frame frame, float black)
        {
            _width = frame.Width;
            _height = frame.Height;
            _luma = frame.Plane(0);
            _lumaStride = frame.Stride(0);
            _first = frame.Plane(1);
            _firstStride = frame.Stride(1);
            var interleaved = frame.Format == PixelFormat.Nv12;
            _second = interleaved ? _first[1..] : frame.Plane(2);
            _secondStride = interleaved ? _firstStride : frame.Stride(2);
            _chromaStep = interleaved ? 2 : 1;
            _black = black * (1 << (2 * Weight));
        }

        internal void Add(long x, long y, ref float luma, ref float u, ref float v)
        {
            const float Grey = 128 * (1 << (2 * Weight));
            const long Half = 1L << (Fixed - 1);
            if (x < -Half || y < -Half || x > ((long)_width << Fixed) - Half || y > ((long)_height << Fixed) - Half)
            {
                luma += _black;
                u += Grey;
                v += Grey;
                return;
            }

            luma += Bilinear(_luma, _lumaStride, 1, _width, _height, x, y);

            // A chroma sample sits in the middle of its four pixels.
            var chromaX = (x >> 1) - (1L << (Fixed - 2));
            var chromaY = (y >> 1) - (1L << (Fixed - 2));
            var chromaWidth = (_width + 1) >> 1;
            var chromaHeight = (_height + 1) >> 1;
            u += Bilinear(_first, _firstStride, _chromaStep, chromaWidth, chromaHeight, chromaX, chromaY);
            v += Bilinear(_second, _secondStride, _chromaStep, chromaWidth, chromaHeight, chromaX, chromaY);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static int Bilinear(ReadOnlySpan<byte> plane, int stride, int step, int width, int height, long x, long y)
        {
            const int Whole = 1 << Weight;
            x = Math.Clamp(x, 0, (long)(width - 1) << Fixed);
            y = Math.Clamp(y, 0, (long)(height - 1) << Fixed);
            var column = (int)(x >> Fixed);
            var row = (int)(y >> Fixed);
            var right = (int)(x >> (Fixed - Weight)) & (Whole - 1);
            var lower = (int)(y >> (Fixed - Weight)) & (Whole - 1);

            // At the last column or row the weight of the neighbour is 0, so any readable byte will do.
            var nextColumn = column + 1 < width ? step : 0;
            var nextRow = row + 1 < height ? stride : 0;
            var at = (row * stride) + (column * step);
            _ = plane[at + nextRow + nextColumn];
            ref var corner = ref Unsafe.Add(ref MemoryMarshal.GetReference(plane), at);
            var top = (corner * (Whole - right)) + (Unsafe.Add(ref corner, nextColumn) * right);
            var bottom = (Unsafe.Add(ref corner, nextRow) * (Whole - right))
                + (Unsafe.Add(ref corner, nextRow + nextColumn) * right);
            return (top * (Whole - lower)) + (bottom * lower);
        }
    }
}
