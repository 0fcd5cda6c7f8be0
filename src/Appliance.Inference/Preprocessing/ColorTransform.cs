using Appliance.Core.Frames;
using Appliance.Inference.Catalogue;

namespace Appliance.Inference.Preprocessing;

/// <summary>
/// From rows of scaled Y, U, V values to the three planes a model wants: the colour matrix, clamping to 0..255 and the model's
/// (x − mean) × scale in one step. Plane i = clamp(<c>Y·YGain + U·UGain[i] + V·VGain[i] + Offset[i]</c>) · Scale[i] + Bias[i].
/// </summary>
internal readonly struct ColorTransform
{
    internal ColorTransform(ColorSpace space, InputContract input, float lumaUnit = 1, float chromaUnit = 1)
    {
        var matrix = ColorMatrix.For(space);
        YGain = matrix.Gain / lumaUnit;
        var blue = new PlaneGains(matrix.BlueU, 0, matrix, chromaUnit);
        var green = new PlaneGains(matrix.GreenU, matrix.GreenV, matrix, chromaUnit);
        var red = new PlaneGains(0, matrix.RedV, matrix, chromaUnit);
        (First, Second, Third) = input.Channels == ChannelOrder.Bgr ? (blue, green, red) : (red, green, blue);
        FirstNorm = new(input.Mean[0], input.Scale[0]);
        SecondNorm = new(input.Mean[1], input.Scale[1]);
        ThirdNorm = new(input.Mean[2], input.Scale[2]);
        IsNormalised = !(FirstNorm.IsIdentity && SecondNorm.IsIdentity && ThirdNorm.IsIdentity);
    }

    internal float YGain { get; }

    internal PlaneGains First { get; }

    internal PlaneGains Second { get; }

    internal PlaneGains Third { get; }

    internal PlaneNorm FirstNorm { get; }

    internal PlaneNorm SecondNorm { get; }

    internal PlaneNorm ThirdNorm { get; }

    /// <summary>The model wants more than 0..255.</summary>
    internal bool IsNormalised { get; }
}

/// <summary>What one colour takes from chroma; the input values are <paramref name="chromaUnit"/> times too large.</summary>
internal readonly struct PlaneGains(float u, float v, ColorMatrix matrix, float chromaUnit)
{
    internal const float White = 255;

    internal float U { get; } = u / chromaUnit;

    internal float V { get; } = v / chromaUnit;

    internal float Offset { get; } = (-matrix.Gain * matrix.Black) - (128 * (u + v));

    /// <summary>The colour of one pixel, 0..255; <paramref name="luma"/> has its gain already.</summary>
    internal float Apply(float luma, float blueness, float redness) => Math.Clamp(
        MathF.FusedMultiplyAdd(redness, V, MathF.FusedMultiplyAdd(blueness, U, luma + Offset)), 0, White);
}

/// <summary>(x − mean) × scale as x·Scale + Bias.</summary>
internal readonly struct PlaneNorm(float mean, float scale)
{
    internal float Scale { get; } = scale;

    internal float Bias { get; } = -mean * scale;

    internal bool IsIdentity => Scale == 1 && Bias == 0;
}
