using System.Numerics;

namespace Appliance.Scene.Heads;

/// <summary>
/// The skull and the flesh on it, as a function from (longitude, height) to a point. Units of 10 cm; origin midway
/// between the eyes' height and the ears' axis, x to the subject's left, y up, z out of the face. First a loft of
/// superellipses, then features pushed and pulled as a sculptor would.
/// </summary>
internal sealed class HeadShape
{
    private readonly (float, float)[] _width;
    private readonly (float, float)[] _front;
    private readonly (float, float)[] _back;
    private readonly float _jawSquareness;
    private readonly float _socket, _browRidge, _cheekbone, _cheekFull, _temple, _chinForward, _chinWidth;
    private readonly float _noseHeight, _noseHump, _bridge, _tipWidth, _tipBall;
    private readonly float _asymmetry;
    private readonly float _nasolabial, _philtrum;

    public HeadShape(HeadGenome genes)
    {
        var scale = genes.Between(Gene.FaceWidth, 0.94f, 1.13f);
        Top = genes.Between(Gene.SkullHeight, 0.98f, 1.20f);
        Chin = -genes.Between(Gene.ChinLength, 1.00f, 1.26f);
        var forehead = genes.Between(Gene.ForeheadWidth, 0.62f, 0.76f) * scale;
        var cheek = genes.Between(Gene.CheekboneWidth, 0.67f, 0.78f) * scale;
        var jaw = genes.Between(Gene.JawWidth, 0.50f, 0.71f) * scale;
        _chinWidth = genes.Between(Gene.ChinWidth, 0.26f, 0.48f) * scale;
        var slope = genes.Between(Gene.ForeheadSlope, -0.06f, 0.10f);
        CheekWidth = cheek;

        _width =
        [
            (Top, forehead * 0.98f), (0.62f, forehead), (0.22f, (forehead + cheek) * 0.5f), (-0.18f, cheek),
            (-0.50f, Ramp.Lerp(cheek, jaw, 0.55f)), (-0.80f, jaw * 0.93f), (Chin + 0.12f, _chinWidth * 1.15f), (Chin, _chinWidth),
        ];
        _front =
        [
            (Top, 0.66f - slope), (0.62f, 0.83f - slope), (0.25f, 0.90f), (0f, 0.865f), (-0.40f, 0.88f), (-0.72f, 0.90f),
            (Chin + 0.15f, 0.87f), (Chin, 0.84f),
        ];
        _back = [(Top, 0.85f), (0.6f, 1.06f), (0.1f, 1.04f), (-0.4f, 0.72f), (-0.8f, 0.36f), (Chin, 0.15f)];
        _jawSquareness = genes.Between(Gene.JawSquareness, 2.05f, 2.9f);

        EyeX = genes.Between(Gene.EyeDistance, 0.265f, 0.375f);
        EyeHalfWidth = genes.Between(Gene.EyeWidth, 0.120f, 0.180f);
        EyeOpening = genes.Between(Gene.EyeOpening, 0.035f, 0.080f);
        EyeTilt = genes.Between(Gene.EyeTilt, -0.16f, 0.20f);
        BrowY = genes.Between(Gene.BrowHeight, 0.15f, 0.29f);
        _socket = genes.Between(Gene.EyeDepth, 0.03f, 0.15f);
        _browRidge = genes.Between(Gene.BrowRidge, -0.01f, 0.10f);
        _cheekbone = genes.Between(Gene.Cheekbone, 0f, 0.10f);
        _cheekFull = genes.Between(Gene.CheekFullness, -0.10f, 0.11f);
        _temple = genes.Between(Gene.TempleHollow, 0f, 0.06f);
        _chinForward = genes.Between(Gene.ChinForward, -0.05f, 0.13f);

        NoseTipY = -genes.Between(Gene.NoseLength, 0.30f, 0.50f);
        AlarX = genes.Between(Gene.NoseWidth, 0.13f, 0.25f);
        _noseHeight = genes.Between(Gene.NoseProjection, 0.20f, 0.40f);
        _noseHump = genes.Between(Gene.NoseHump, -0.06f, 0.08f);
        _bridge = genes.Between(Gene.BridgeWidth, 0.075f, 0.145f);
        _tipWidth = Ramp.Lerp(_bridge * 1.1f, AlarX, 0.55f);
        _tipBall = genes.Between(Gene.NoseTip, 0.0f, 0.09f);

        MouthY = NoseTipY - genes.Between(Gene.MouthHeight, 0.25f, 0.40f);
        MouthHalfWidth = genes.Between(Gene.MouthWidth, 0.19f, 0.33f);
        UpperLip = genes.Between(Gene.UpperLip, 0.025f, 0.085f);
        LowerLip = genes.Between(Gene.LowerLip, 0.035f, 0.110f);
        MouthCurve = genes.Between(Gene.MouthCurve, -0.035f, 0.045f);
        _philtrum = genes.Between(Gene.Philtrum, 0f, 0.02f);
        _nasolabial = genes.Between(Gene.Nasolabial, 0f, 0.022f);
        _asymmetry = genes.Between(Gene.Asymmetry, -0.03f, 0.03f);
    }

    public float Top { get; }
    public float Chin { get; }
    public float CheekWidth { get; }
    public float EyeX { get; }
    public float EyeHalfWidth { get; }
    public float EyeOpening { get; }
    public float EyeTilt { get; }
    public float BrowY { get; }
    public float NoseTipY { get; }
    public float AlarX { get; }
    public float MouthY { get; }
    public float MouthHalfWidth { get; }
    public float UpperLip { get; }
    public float LowerLip { get; }
    public float MouthCurve { get; }

    /// <summary>The horizontal section at a height: half width, depth before and behind the axis, roundness (2 = ellipse).</summary>
    public (float Width, float Front, float Back, float Roundness) Section(float y)
    {
        var dome = Dome(y);
        var keel = Chin + 0.30f;
        var down = Math.Clamp((keel - y) / (keel - Chin), 0, 1);
        var under = MathF.Sqrt(Math.Max(1 - (down * down * down), 0));
        var roundness = Ramp.Lerp(2.25f, _jawSquareness, Ramp.Smooth(-0.35f, -0.85f, y));
        return (Ramp.Spline(_width, y) * dome * Ramp.Lerp(under, 1, 0.1f * (1 - down)),
            Ramp.Spline(_front, y) * dome * under, Ramp.Spline(_back, y) * dome * under, roundness);
    }

    /// <summary>How the skull closes towards the crown: 1 at the brow, 0 at the top.</summary>
    public float Dome(float y)
    {
        const float brow = 0.20f;
        var up = Math.Clamp((y - brow) / (Top - brow), 0, 1);
        return MathF.Pow(Math.Max(1 - MathF.Pow(up, 2.5f), 0), 0.47f);
    }

    /// <summary>A point of the loft before sculpting.</summary>
    public static Vector3 OnSection((float Width, float Front, float Back, float Roundness) section, float longitude, float y)
    {
        var (sin, cos) = MathF.SinCos(longitude);
        var power = 2 / section.Roundness;
        var x = section.Width * MathF.CopySign(MathF.Pow(MathF.Abs(sin), power), sin);
        var z = cos >= 0
            ? section.Front * MathF.Pow(cos, power)
            : -section.Back * MathF.Pow(-cos, power);
        return new Vector3(x, y, z);
    }

    /// <summary>Pushes and pulls a point of the loft into brow, sockets, nose, cheeks, lips and chin.</summary>
    public Vector3 Sculpt(Vector3 p)
    {
        var front = Ramp.Smooth(0.05f, 0.45f, p.Z);
        if (front <= 0)
            return p;

        float x = p.X, y = p.Y, ax = MathF.Abs(x), side = MathF.Sign(x);
        float z = 0, out_ = 0;

        // One half of the face sits a little higher: nobody is symmetric.
        y += _asymmetry * x;

        z -= _socket * Ramp.Bell((ax - EyeX) / 0.19f, (y - 0.02f) / 0.13f);
        z -= 0.05f * Ramp.Bell((ax - 0.13f) / 0.08f, (y - 0.0f) / 0.10f);
        z += _browRidge * Ramp.Bell((y - BrowY + 0.03f) / 0.09f) * Ramp.Bell((ax - 0.27f) / 0.30f);
        z += 0.055f * Ramp.Bell((ax - EyeX) / (EyeHalfWidth * 0.95f), y / ((EyeOpening * 0.5f) + 0.055f));
        out_ -= _temple * Ramp.Bell((ax - 0.62f) / 0.2f, (y - 0.28f) / 0.2f);

        var bone = (_cheekbone * Ramp.Bell((ax - 0.47f) / 0.19f, (y + 0.20f) / 0.15f))
            + (_cheekFull * Ramp.Bell((ax - 0.42f) / 0.20f, (y + 0.58f) / 0.21f));
        z += bone * 0.7f;
        out_ += bone * 0.7f;

        z += Nose(x, ax, y);
        z += Mouth(ax, y);
        z += _chinForward * Ramp.Bell(x / (_chinWidth * 0.75f), (y - Chin - 0.17f) / 0.14f);
        z -= 0.035f * Ramp.Bell(x / 0.2f, (y - Ramp.Lerp(MouthY - LowerLip, Chin, 0.28f)) / 0.05f);

        return new Vector3(p.X + (side * out_ * front), p.Y, p.Z + (z * front));
    }

    /// <summary>Distance to the fold from nostril to mouth corner, in units; used to press it in and to shade it.</summary>
    public float NasolabialDistance(float ax, float y)
    {
        var t = (NoseTipY - y) / (NoseTipY - MouthY + 0.06f);
        if (t is < -0.1f or > 1.15f)
            return 1;

        var fold = Ramp.Lerp(AlarX + 0.035f, MouthHalfWidth + 0.075f, t * (1.5f - (0.5f * t)));
        return MathF.Abs(ax - fold) + (0.08f * Ramp.Smooth(0.65f, 1.15f, t));
    }

    private float Nose(float x, float ax, float y)
    {
        const float root = 0.05f;
        var t = (root - y) / (root - NoseTipY);
        if (t is < -0.9f or > 1.7f)
            return 0;

        var along = Math.Clamp(t, 0, 1);
        var height = _noseHeight * (0.20f + (0.80f * MathF.Pow(along, 1.2f)));
        height += _noseHump * MathF.Sin(MathF.PI * along);
        height *= Ramp.Smooth(-0.85f, 0.15f, t);
        var fall = (t - 1) * (root - NoseTipY);
        height *= Ramp.Smooth(0.150f, 0.0f, fall);
        var width = Ramp.Lerp(_bridge, _tipWidth, along * along);
        var lateral = ax / width;
        var ridge = height * MathF.Exp(-MathF.Pow(lateral, 2.3f) * 0.9f);
        var ball = _tipBall * Ramp.Bell(x / 0.115f, (y - NoseTipY) / 0.075f);
        var wing = 0.105f * Ramp.Bell((ax - (AlarX * 0.80f)) / (AlarX * 0.36f), (y - NoseTipY + 0.035f) / 0.07f);
        return Math.Max(ridge, 0) + ball + wing;
    }

    private float Mouth(float ax, float y)
    {
        var barrel = 0.06f * Ramp.Bell(ax / 0.32f, (y - MouthY) / 0.20f);
        var t = ax / (MouthHalfWidth * 0.9f);
        var across = Ramp.Smooth(1.15f, 0.3f, t);
        var line = y - MouthY - (MouthCurve * t * t);
        var upper = UpperLip * 0.75f * Ramp.Bell((line - (UpperLip * 0.45f)) / ((UpperLip * 0.55f) + 0.012f));
        var lower = LowerLip * 0.80f * Ramp.Bell((line + (LowerLip * 0.50f)) / ((LowerLip * 0.55f) + 0.012f));
        var crease = 0.035f * Ramp.Bell(line / 0.014f);
        var groove = _philtrum * Ramp.Bell(ax / 0.035f) * Ramp.Smooth(MouthY + UpperLip, MouthY + UpperLip + 0.04f, y)
            * Ramp.Smooth(NoseTipY - 0.06f, NoseTipY - 0.12f, y);
        var fold = _nasolabial * Ramp.Bell(NasolabialDistance(ax, y) / 0.03f);
        return barrel + (across * (upper + lower - crease)) - groove - fold;
    }
}
