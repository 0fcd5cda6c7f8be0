using System.Numerics;
using Appliance.Core.Frames;

namespace Appliance.Core.Rules.Zones;

/// <summary>
/// The parts of a camera's picture that nobody outside the box may see. Blanks decoded pictures; encoded video (the pre-roll of
/// clips) cannot be blanked without decoding and encoding it again.
/// </summary>
public sealed class PrivacyMask(IReadOnlyList<Polygon> areas)
{
    public static readonly PrivacyMask None = new([]);

    public bool IsEmpty => areas.Count == 0;

    /// <summary>Whether a point (0..1 of the picture) is hidden.</summary>
    public bool Hides(Vector2 point)
    {
        for (var i = 0; i < areas.Count; i++)
        {
            if (areas[i].Contains(point))
                return true;
        }

        return false;
    }

    /// <summary>Makes every hidden pixel black.</summary>
    public void Apply(PooledFrame picture)
    {
        var black = picture.ColorSpace is ColorSpace.Bt601Full or ColorSpace.Bt709Full ? (byte)0 : (byte)16;
        foreach (var area in areas)
            Blank(picture, area, black);
    }

    private static void Blank(PooledFrame picture, Polygon area, byte black)
    {
        var (least, most) = area.Bounds;
        var first = Math.Clamp((int)(least.Y * picture.Height) - 1, 0, picture.Height);
        var last = Math.Clamp((int)(most.Y * picture.Height) + 2, 0, picture.Height);
        var luma = picture.Writable(0);
        var u = picture.Writable(1);
        var v = picture.Writable(2);
        Span<float> crossings = stackalloc float[area.Corners.Length];
        for (var y = first; y < last; y++)
        {
            var count = Crossings(area, (y + 0.5f) / picture.Height, crossings);
            for (var i = 0; i + 1 < count; i += 2)
            {
                // Outwards to whole pixels, and to whole pixels of the coarser colour planes.
                var from = Math.Clamp((int)(crossings[i] * picture.Width) & ~1, 0, picture.Width);
                var to = Math.Clamp((int)MathF.Ceiling(crossings[i + 1] * picture.Width), from, picture.Width);
                luma.Slice((y * picture.Width) + from, to - from).Fill(black);
                var row = y / 2 * picture.Stride(1);
                u[(row + (from / 2))..(row + ((to + 1) / 2))].Fill(128);
                v[(row + (from / 2))..(row + ((to + 1) / 2))].Fill(128);
            }
        }
    }

    private static int Crossings(Polygon area, float y, Span<float> to)
    {
        var corners = area.Corners;
        var count = 0;
        var before = corners[^1];
        foreach (var corner in corners)
        {
            if (corner.Y > y != before.Y > y)
                to[count++] = ((before.X - corner.X) * (y - corner.Y) / (before.Y - corner.Y)) + corner.X;
            before = corner;
        }

        to[..count].Sort();
        return count;
    }
}
