using System.Numerics;
using Appliance.Core.Frames;
using Appliance.Core.Rules.Zones;

namespace Appliance.UnitTests.Core.Rules.Zones;

public class PolygonTests
{
    private static readonly float[][] s_ell = [[0.1f, 0.1f], [0.9f, 0.1f], [0.9f, 0.5f], [0.5f, 0.5f], [0.5f, 0.9f], [0.1f, 0.9f]];

    [Theory]
    [InlineData(0.2, 0.2, true)]
    [InlineData(0.8, 0.4, true)]
    [InlineData(0.3, 0.8, true)]
    [InlineData(0.7, 0.7, false)]
    [InlineData(0.05, 0.5, false)]
    [InlineData(0.95, 0.3, false)]
    public void Contains_ConcavePolygon_KnowsItsNotch(double x, double y, bool inside) =>
        Assert.Equal(inside, new Polygon(s_ell).Contains(new((float)x, (float)y)));

    [Fact]
    public void Contains_ManyPoints_AgreesWithTheWindingNumber()
    {
        var random = new Random(7);
        var polygon = new Polygon(s_ell);
        for (var i = 0; i < 20_000; i++)
        {
            var point = new Vector2(random.NextSingle(), random.NextSingle());
            Assert.Equal(Winding(polygon.Corners, point) != 0, polygon.Contains(point));
        }
    }

    [Fact]
    public void WhyNot_GoodPolygon_IsNull() => Assert.Null(Polygon.WhyNot(s_ell));

    [Theory]
    [InlineData("[[0,0],[1,1]]", "at least 3")]
    [InlineData("[[0,0],[1,1],[1,0],[0,1]]", "cross")]
    [InlineData("[[0,0],[1,0],[2,1]]", "between 0 and 1")]
    [InlineData("[[0,0],[1,0],[1]]", "[x, y]")]
    [InlineData("[[0,0],[0.5,0.5],[1,1]]", "one line")]
    [InlineData("[[0,0],[0,0],[1,1],[1,0]]", "the same")]
    public void WhyNot_BadPolygon_SaysWhy(string json, string reason) =>
        Assert.Contains(
            reason, Polygon.WhyNot(System.Text.Json.JsonSerializer.Deserialize<float[][]>(json)!), StringComparison.Ordinal);

    [Theory]
    // A line upwards in the middle: right is the right half of the picture.
    [InlineData(0.4, 0.5, 0.6, 0.5, 1)]
    [InlineData(0.6, 0.5, 0.4, 0.5, -1)]
    [InlineData(0.4, 0.05, 0.6, 0.05, 0)]
    [InlineData(0.3, 0.5, 0.4, 0.5, 0)]
    public void Over_StepAcrossALine_KnowsItsDirection(double fromX, double fromY, double toX, double toY, int over) =>
        Assert.Equal(over, Segments.Over(
            new(0.5f, 0.9f), new(0.5f, 0.1f), new((float)fromX, (float)fromY), new((float)toX, (float)toY)));

    [Fact]
    public void Over_StepThatStopsOnTheLine_CountsOnce()
    {
        var (from, to) = (new Vector2(0.5f, 1), new Vector2(0.5f, 0));

        var total = Segments.Over(from, to, new(0.4f, 0.5f), new(0.5f, 0.5f)) + Segments.Over(from, to, new(0.5f, 0.5f), new(0.6f, 0.5f));

        Assert.Equal(1, total);
    }

    [Fact]
    public void Apply_Mask_BlanksWhatItCoversAndNothingElse()
    {
        using var picture = new PooledFrame(64, 48);
        picture.Writable(0).Fill(200);
        picture.Writable(1).Fill(90);
        picture.Writable(2).Fill(90);
        var area = new Polygon([[0.25f, 0.25f], [0.75f, 0.25f], [0.75f, 0.75f], [0.25f, 0.75f]]);

        new PrivacyMask([area]).Apply(picture);

        for (var y = 0; y < 48; y++)
        {
            for (var x = 0; x < 64; x++)
            {
                var hidden = area.Contains(new((x + 0.5f) / 64, (y + 0.5f) / 48));
                Assert.Equal(hidden ? 16 : 200, picture.Plane(0)[(y * 64) + x]);
                if (hidden)
                    Assert.Equal((128, 128), (picture.Plane(1)[(y / 2 * 32) + (x / 2)], picture.Plane(2)[(y / 2 * 32) + (x / 2)]));
            }
        }
    }

    [Fact]
    public void Apply_SlantedMaskOverTheWholePicture_LeavesNoPixelThatItHides()
    {
        using var picture = new PooledFrame(61, 37);
        picture.Writable(0).Fill(200);
        var area = new Polygon([[0, 0], [1, 0.3f], [0.8f, 1], [0.1f, 0.9f]]);

        new PrivacyMask([area]).Apply(picture);

        for (var i = 0; i < 61 * 37; i++)
        {
            if (area.Contains(new(((i % 61) + 0.5f) / 61, ((i / 61) + 0.5f) / 37)))
                Assert.Equal(16, picture.Plane(0)[i]);
        }
    }

    private static int Winding(ReadOnlySpan<Vector2> corners, Vector2 point)
    {
        var winding = 0;
        for (var i = 0; i < corners.Length; i++)
        {
            var (a, b) = (corners[i], corners[(i + 1) % corners.Length]);
            var side = ((b.X - a.X) * (point.Y - a.Y)) - ((b.Y - a.Y) * (point.X - a.X));
            if (a.Y <= point.Y && b.Y > point.Y && side > 0)
                winding++;
            else if (a.Y > point.Y && b.Y <= point.Y && side < 0)
                winding--;
        }

        return winding;
    }
}
