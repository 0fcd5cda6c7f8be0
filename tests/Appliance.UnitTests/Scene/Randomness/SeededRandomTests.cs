using Appliance.Scene.Randomness;

namespace Appliance.UnitTests.Scene.Randomness;

public class SeededRandomTests
{
    [Fact]
    public void NextUInt64_PublishedSeed_GivesPublishedNumbers()
    {
        var random = new SeededRandom(1234567);

        ulong[] drawn = [random.NextUInt64(), random.NextUInt64(), random.NextUInt64(), random.NextUInt64(), random.NextUInt64()];

        // The test vector that circulates with the reference implementation.
        Assert.Equal(
            [6457827717110365317, 3203168211198807973, 9817491932198370423, 4593380528125082431, 16408922859458223821], drawn);
    }

    [Fact]
    public void For_OtherStream_GivesOtherNumbers()
    {
        var one = SeededRandom.For(7, 1);
        var two = SeededRandom.For(7, 2);

        Assert.NotEqual(one.NextUInt64(), two.NextUInt64());
    }

    [Fact]
    public void NextSingle_ManyDraws_FillTheUnitInterval()
    {
        var random = new SeededRandom(3);
        var drawn = Enumerable.Range(0, 10_000).Select(_ => random.NextSingle()).ToArray();

        Assert.All(drawn, value => Assert.InRange(value, 0f, 0.99999999f));
        Assert.InRange(drawn.Average(), 0.48, 0.52);
        Assert.True(drawn.Min() < 0.01f && drawn.Max() > 0.99f);
    }
}
