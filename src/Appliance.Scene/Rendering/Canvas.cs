using System.Numerics;
using System.Runtime.CompilerServices;

namespace Appliance.Scene.Rendering;

/// <summary>
/// A picture being drawn, twice as fine in each direction as it will be shown, with depth. Reused from frame to frame:
/// grows to the largest picture asked for, then allocates nothing.
/// </summary>
internal sealed class Canvas
{
    public const int Oversampling = 2;

    private const int GammaSteps = 4096;
    private const float GammaRange = 2f;

    private static readonly byte[] s_gamma = BuildGamma();

    private uint[] _pixels = [];
    private float[] _depth = [];

    /// <summary>Samples per row.</summary>
    public int Width { get; private set; }

    /// <summary>Rows of samples.</summary>
    public int Height { get; private set; }

    /// <summary>Left edge in pixels of the picture; even.</summary>
    public int Left { get; private set; }

    /// <summary>Top edge in pixels of the picture; even.</summary>
    public int Top { get; private set; }

    /// <summary>0xAABBGGRR, alpha 0 or 255.</summary>
    public Span<uint> Pixels => _pixels.AsSpan(0, Width * Height);

    /// <summary>Larger is nearer.</summary>
    public Span<float> Depth => _depth.AsSpan(0, Width * Height);

    /// <summary>Clears it to cover the given pixels of the picture.</summary>
    public void Reset(int left, int top, int width, int height)
    {
        (Left, Top, Width, Height) = (left, top, width * Oversampling, height * Oversampling);
        if (_pixels.Length < Width * Height)
        {
            _pixels = new uint[Width * Height];
            _depth = new float[Width * Height];
        }

        Pixels.Clear();
        Depth.Fill(float.NegativeInfinity);
    }

    /// <summary>Linear light to sRGB, with the shoulder of a camera's curve instead of a hard clip.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint Pack(Vector3 linear)
    {
        linear = Vector3.Clamp(linear, Vector3.Zero, new Vector3(GammaRange - 0.001f)) * (GammaSteps / GammaRange);
        return 0xFF000000u | ((uint)s_gamma[(int)linear.Z] << 16) | ((uint)s_gamma[(int)linear.Y] << 8) | s_gamma[(int)linear.X];
    }

    private static byte[] BuildGamma()
    {
        var table = new byte[GammaSteps];
        for (var i = 0; i < GammaSteps; i++)
        {
            var x = i * GammaRange / GammaSteps;
            x = x < 0.7f ? x : 0.7f + ((1 - MathF.Exp(-(x - 0.7f) / 0.3f)) * 0.3f);
            var y = x <= 0.0031308f ? 12.92f * x : (1.055f * MathF.Pow(x, 1 / 2.4f)) - 0.055f;
            table[i] = (byte)Math.Clamp((y * 255) + 0.5f, 0, 255);
        }

        return table;
    }
}
