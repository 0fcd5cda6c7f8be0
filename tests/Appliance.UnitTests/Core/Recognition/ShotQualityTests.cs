using System.Numerics;
using Appliance.Core.Detection;
using Appliance.Core.Recognition;
using Appliance.UnitTests.Support;

namespace Appliance.UnitTests.Core.Recognition;

public class ShotQualityTests
{
    [Fact]
    public void Measure_GoodPortrait_IsGoodEnoughToEnrol()
    {
        var shot = Measure(new());

        Assert.InRange(shot.Score, 0.7f, 1);
        Assert.Equal(60, shot.EyeDistance, 0.5f);
        Assert.Equal(0.5f, shot.Brightness, 0.05f);
        Assert.Equal(1, shot.Visible);
        Assert.Null(QualityGate.Enrolment.WhyRefused(shot));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(20, 0, 0)]
    [InlineData(-35, 0, 0)]
    [InlineData(0, 20, 0)]
    [InlineData(0, -20, 0)]
    [InlineData(0, 0, 25)]
    [InlineData(15, 10, -20)]
    public void Measure_TurnedHead_TellsHowFar(float yaw, float pitch, float roll)
    {
        var shot = Measure(new() { Yaw = yaw, Pitch = pitch, Roll = roll });

        Assert.Equal(yaw, shot.Yaw, 6f);
        Assert.Equal(pitch, shot.Pitch, 6f);
        Assert.Equal(roll, shot.Roll, 6f);
    }

    [Fact]
    public void Measure_EverMoreBlur_IsEverLessSharp() =>
        Falls(blur => Measure(new() { Blur = blur }), shot => shot.Sharpness, 0, 0.02f, 0.05f, 0.1f, 0.2f);

    [Fact]
    public void Measure_EverSmaller_ScoresEverLess() =>
        Falls(size => Measure(new() { EyeDistance = size }), shot => shot.Score, 44, 36, 28, 20, 12, 7);

    [Fact]
    public void Measure_TurnedEverFurther_ScoresEverLess() =>
        Falls(yaw => Measure(new() { Yaw = yaw }), shot => shot.Score, 0, 10, 20, 30, 45, 60);

    [Fact]
    public void Measure_EverDarker_ScoresEverLess() =>
        Falls(light => Measure(new() { Brightness = light, Contrast = light / 4 }), shot => shot.Score, 0.5f, 0.2f, 0.1f, 0.05f);

    [Fact]
    public void Measure_EverLessSureDetector_ScoresEverLess() =>
        Falls(score => Measure(new() { Score = score }), shot => shot.Score, 0.8f, 0.7f, 0.5f, 0.3f);

    [Fact]
    public void Measure_LeavesThePicture_ScoresEverLess() =>
        Falls(x => Measure(new() { Centre = new(x, 240) }), shot => shot.Score, 60, 40, 20, 5);

    [Fact]
    public void Measure_LessLight_DoesNotChangeSharpness()
    {
        var bright = Measure(new() { Brightness = 0.7f, Contrast = 0.18f });
        var dim = Measure(new() { Brightness = 0.35f, Contrast = 0.09f });

        Assert.Equal(1, dim.Sharpness / bright.Sharpness, 0.25f);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(-1e9f)]
    [InlineData(1e30f)]
    public void Measure_ImpossibleLandmarks_ScoresNothing(float value)
    {
        using var frame = new Portrait().Draw(64, 64);
        var points = new Landmarks5(new(value, 10), new(30, value), new(20, 20), new(value, 30), new(25, 30));

        var shot = ShotQuality.Measure(frame, new(new(0, 0, 40, 40), points, 0.9f));

        Assert.Equal(0, shot.Score);
        Assert.NotEqual(QualityFault.None, QualityGate.Live.Check(shot));
    }

    [Fact]
    public void Measure_AllPointsOnTheSameSpot_ScoresNothing()
    {
        using var frame = new Portrait().Draw(64, 64);
        var spot = new Vector2(30, 30);

        Assert.Equal(0, ShotQuality.Measure(frame, new(new(0, 0, 40, 40), new(spot, spot, spot, spot, spot), 0.9f)).Score);
    }

    [Fact]
    public void Measure_FacesOfAllSizesAndPlaces_NeverThrowsOrLeavesTheRange()
    {
        using var frame = new Portrait().Draw(320, 200);
        var random = new Random(3);
        for (var i = 0; i < 5000; i++)
        {
            var face = new Portrait
            {
                EyeDistance = MathF.Pow(2000, random.NextSingle()),
                Centre = new((random.NextSingle() * 1000) - 300, (random.NextSingle() * 800) - 300),
                Yaw = (random.NextSingle() * 180) - 90,
                Pitch = (random.NextSingle() * 180) - 90,
                Roll = (random.NextSingle() * 360) - 180,
            }.Face;

            var shot = ShotQuality.Measure(frame, face);

            Assert.InRange(shot.Score, 0, 1);
            Assert.InRange(shot.Visible, 0, 1);
            Assert.True(float.IsFinite(shot.Sharpness) && shot.Sharpness >= 0);
        }
    }

    [Fact]
    public void Measure_AllocatesNothing()
    {
        var portrait = new Portrait();
        using var frame = portrait.Draw();
        var face = portrait.Face;
        ShotQuality.Measure(frame, face);

        var picture = frame;
        var allocated = Allocations.Least(() =>
        {
            for (var i = 0; i < 100; i++)
                ShotQuality.Measure(picture, face);
        });

        Assert.Equal(0, allocated);
    }

    internal static ShotQuality Measure(Portrait portrait)
    {
        using var frame = portrait.Draw();
        return ShotQuality.Measure(frame, portrait.Face);
    }

    private static void Falls(Func<float, ShotQuality> measure, Func<ShotQuality, float> part, params float[] steps)
    {
        var values = steps.Select(step => part(measure(step))).ToArray();
        for (var i = 1; i < values.Length; i++)
            Assert.True(values[i] < values[i - 1], string.Join(" > ", values));
    }
}
