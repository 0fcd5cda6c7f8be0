using System.Numerics;
using Appliance.Scene.Randomness;
using Appliance.Scene.Rendering;

namespace Appliance.Scene.Heads;

/// <summary>One head, sculpted and painted once, drawn as often as wanted.</summary>
internal sealed class HeadModel
{
    private HeadModel(HeadShape shape, int detail)
    {
        Shape = shape;
        TexelsPerUnit = detail * 0.38f;
        Outline = FaceOutline(shape);
    }

    public HeadShape Shape { get; }

    /// <summary>Everything to draw, in the head's own space.</summary>
    public Surface[] Surfaces { get; private set; } = [];

    /// <summary>Points around the face from hairline to chin and cheek to cheek; what a detector's box encloses.</summary>
    public Vector3[] Outline { get; }

    /// <summary>Fineness of the skin where it faces forward.</summary>
    public float TexelsPerUnit { get; }

    /// <summary>Eyes, nose tip and mouth corners on the surface, order of <see cref="Core.Detection.Landmarks5"/>.</summary>
    public Vector3[] Landmarks { get; private set; } = [];

    /// <summary>Linear colour of the skin, for neck and hands.</summary>
    public Vector3 Skin { get; private set; }

    /// <param name="genes">What it looks like.</param>
    /// <param name="detail">Texels around the head, a power of two: 256 for faces to 100 px, 512 for portraits.</param>
    public static HeadModel Build(HeadGenome genes, int detail = 512)
    {
        var shape = new HeadShape(genes);
        var model = new HeadModel(shape, detail);
        List<Surface> surfaces = [];
        var skin = new SkinPainter(genes, shape);
        model.Skin = skin.Base;
        surfaces.Add(BuildSkin(genes, shape, skin, detail));
        surfaces.Add(BuildNeck(genes, shape, skin.Base));
        for (var side = -1; side <= 1 && !Headwear.CoversEars(genes); side += 2)
            surfaces.Add(BuildEar(genes, shape, skin.Base, side));

        if (Headwear.Build(genes, shape, detail, detail / 2) is { } hat)
            surfaces.Add(hat);
        else if (HairShell.Build(genes, shape, detail, detail / 2) is { } hair)
            surfaces.Add(hair);

        Spectacles.Build(genes, shape, surfaces);

        // What is worn outside is drawn first: it hides what is beneath.
        surfaces.Reverse();
        model.Surfaces = [.. surfaces];
        model.Landmarks =
        [
            OnFace(shape, -shape.EyeX, 0), OnFace(shape, shape.EyeX, 0), OnFace(shape, 0, shape.NoseTipY),
            OnFace(shape, -shape.MouthHalfWidth, shape.MouthY + shape.MouthCurve),
            OnFace(shape, shape.MouthHalfWidth, shape.MouthY + shape.MouthCurve),
        ];
        return model;
    }

    /// <summary>The angle of a column: columns are dense around the face, sparse behind. 0 is the nose.</summary>
    public static float Longitude(int column, int columns)
    {
        var t = (2f * column / columns) - 1;
        return MathF.PI * t * (0.5f + (0.5f * t * t));
    }

    private static Surface BuildSkin(HeadGenome genes, HeadShape shape, SkinPainter skin, int detail)
    {
        int columns = detail, rows = detail;
        var points = new Vector3[columns * rows];
        var texels = new Texel[columns * rows];
        var eyes = new EyePainter(genes, shape);
        var lips = new LipPainter(genes, shape);
        var brows = new BrowPainter(genes, shape);
        var beard = new BeardPainter(genes, shape);
        var scalp = (shape.Top + shape.Chin) / 2;
        for (var row = 0; row < rows; row++)
        {
            var y = scalp + ((shape.Top - shape.Chin) / 2 * MathF.Cos(MathF.PI * row / (rows - 1)));
            var section = shape.Section(y);
            for (var column = 0; column < columns; column++)
            {
                var p = shape.Sculpt(HeadShape.OnSection(section, Longitude(column, columns), y));
                var texel = skin.Paint(p);
                lips.Paint(ref texel, p);
                eyes.Paint(ref texel, p);
                var cover = beard.Cover(p);
                beard.Paint(ref texel, p, cover);
                brows.Paint(ref texel, p);
                if (cover > 0)
                {
                    var off = beard.Length(p, cover);
                    p += Vector3.Normalize(new Vector3(p.X, Math.Min(0, p.Y - shape.MouthY) * 1.2f, p.Z)) * off;
                }

                points[(row * columns) + column] = p;
                texels[(row * columns) + column] = texel;
            }
        }

        return new Surface(columns, rows, detail >= 512 ? 4 : 2, points, texels, wraps: true, relief: true);
    }

    private static Surface BuildNeck(HeadGenome genes, HeadShape shape, Vector3 skin)
    {
        const int columns = 128, rows = 64;
        var points = new Vector3[columns * rows];
        var texels = new Texel[columns * rows];
        var width = genes.Between(Gene.NeckWidth, 0.46f, 0.62f);
        for (var row = 0; row < rows; row++)
        {
            var t = row / (rows - 1f);
            var y = Ramp.Lerp(-0.45f, -2.0f, t);
            var radius = width * (1 + (0.5f * t * t * t)) * Ramp.Lerp(0.92f, 1, Ramp.Smooth(0, 0.4f, t));
            for (var column = 0; column < columns; column++)
            {
                var (sin, cos) = MathF.SinCos((2 * MathF.PI * column / columns) - MathF.PI);
                var i = (row * columns) + column;
                points[i] = new Vector3(sin * radius, y, (cos * radius) - 0.12f);
                var shade = Ramp.Lerp(0.45f, 1f, Ramp.Smooth(shape.Chin + 0.25f, shape.Chin - 0.45f, y));
                texels[i] = new Texel { Albedo = skin, Openness = shade, Gloss = 0.08f, Cover = 1 };
            }
        }

        return new Surface(columns, rows, 4, points, texels, wraps: true);
    }

    private static Surface BuildEar(HeadGenome genes, HeadShape shape, Vector3 skin, int side)
    {
        const int columns = 24, rows = 32;
        var height = genes.Between(Gene.EarSize, 0.24f, 0.36f);
        var angle = genes.Between(Gene.EarAngle, 0.10f, 0.85f);
        var (sin, cos) = MathF.SinCos(angle);
        var points = new Vector3[columns * rows];
        var texels = new Texel[columns * rows];
        for (var row = 0; row < rows; row++)
        {
            var v = (2f * row / (rows - 1)) - 1;
            var broad = MathF.Sqrt(Math.Max(0, 1 - (v * v))) * height * Ramp.Lerp(0.42f, 0.62f, Ramp.Smooth(0.7f, -0.5f, v));
            for (var column = 0; column < columns; column++)
            {
                var u = (2f * column / (columns - 1)) - 1;
                var r = MathF.Sqrt((u * u) + (v * v * 0.9f));
                var rim = 0.045f * Ramp.Bell((r - 0.86f) / 0.16f);
                var away = ((u + 1) * broad * sin) + rim;
                var i = (row * columns) + column;
                points[i] = new Vector3(
                    side * (shape.CheekWidth - 0.02f + away), -0.08f - (v * height), -0.02f - ((u + 1) * broad * cos) + (rim * 0.5f));
                var hollow = Ramp.Smooth(0.85f, 0.3f, r);
                texels[i] = new Texel
                {
                    Albedo = skin * new Vector3(1.02f, 0.86f, 0.84f) * (1 - (0.4f * hollow)),
                    Openness = 1 - (0.35f * hollow),
                    Gloss = 0.1f,
                    Cover = 1,
                };
            }
        }

        if (side < 0)
        {
            // Keeps the outside of the sheet outside on the mirrored ear.
            for (var row = 0; row < rows; row++)
            {
                Array.Reverse(points, row * columns, columns);
                Array.Reverse(texels, row * columns, columns);
            }
        }

        return new Surface(columns, rows, 2, points, texels, wraps: false, twoSided: true);
    }

    private static Vector3[] FaceOutline(HeadShape shape)
    {
        ReadOnlySpan<float> heights = [0.55f, 0.25f, -0.1f, -0.45f, -0.75f, shape.Chin + 0.1f];
        var points = new List<Vector3>();
        foreach (var y in heights)
        {
            for (var i = -2; i <= 2; i++)
                points.Add(shape.Sculpt(HeadShape.OnSection(shape.Section(y), i * 0.62f, y)));
        }

        points.Add(new Vector3(0, shape.Chin, 0.6f));
        return [.. points];
    }

    /// <summary>The surface straight ahead of (x, y): a few steps of bisection along the section.</summary>
    private static Vector3 OnFace(HeadShape shape, float x, float y)
    {
        var section = shape.Section(y);
        float low = -MathF.PI / 2, high = MathF.PI / 2;
        for (var i = 0; i < 24; i++)
        {
            var middle = (low + high) / 2;
            if (HeadShape.OnSection(section, middle, y).X < x)
                low = middle;
            else
                high = middle;
        }

        return shape.Sculpt(HeadShape.OnSection(section, low, y));
    }
}
