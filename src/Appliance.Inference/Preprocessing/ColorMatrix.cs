using Appliance.Core.Frames;

namespace Appliance.Inference.Preprocessing;

/// <summary>
/// Y′CbCr (0..255 each) to R′G′B′ (0..255), ITU-R BT.601-7 and BT.709-6: with u = Cb − 128 and v = Cr − 128,
/// R = <see cref="Gain"/>·(Y − <see cref="Black"/>) + <see cref="RedV"/>·v, and so on.
/// </summary>
internal readonly record struct ColorMatrix(float Gain, float Black, float RedV, float GreenU, float GreenV, float BlueU)
{
    internal static ColorMatrix For(ColorSpace space) => space switch
    {
        ColorSpace.Bt601Limited => Create(kr: 0.299, kb: 0.114, limited: true),
        ColorSpace.Bt709Limited => Create(kr: 0.2126, kb: 0.0722, limited: true),
        ColorSpace.Bt601Full => Create(kr: 0.299, kb: 0.114, limited: false),
        ColorSpace.Bt709Full => Create(kr: 0.2126, kb: 0.0722, limited: false),
        _ => throw new ArgumentOutOfRangeException(nameof(space), space, null),
    };

    private static ColorMatrix Create(double kr, double kb, bool limited)
    {
        var kg = 1 - kr - kb;
        var chroma = limited ? 255.0 / 224 : 1;
        return new(
            Gain: (float)(limited ? 255.0 / 219 : 1),
            Black: limited ? 16 : 0,
            RedV: (float)(2 * (1 - kr) * chroma),
            GreenU: (float)(-2 * (1 - kb) * kb / kg * chroma),
            GreenV: (float)(-2 * (1 - kr) * kr / kg * chroma),
            BlueU: (float)(2 * (1 - kb) * chroma));
    }
}
