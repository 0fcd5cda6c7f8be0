using Appliance.Learning.Privacy;

namespace Appliance.UnitTests.Learning.Privacy;

public class PrivacyTests
{
    [Theory]
    [InlineData(2.5, 0.5)]
    [InlineData(5, 1)]
    [InlineData(50, 1)]
    public void Apply_Norm_LimitsTheLengthAndKeepsTheDirection(double norm, double scale)
    {
        float[] received = [1, 1];
        float[] parameters = [4, 5];

        var (length, used) = UpdateClip.Apply(received, parameters, norm);

        Assert.Equal((5, scale), (length, used));
        Assert.Equal([(float)(1 + (3 * scale)), (float)(1 + (4 * scale))], parameters);
    }

    [Fact]
    public void Apply_NoUpdate_CountsAsUnclipped()
    {
        float[] parameters = [1, 2];

        Assert.Equal((0, 1), UpdateClip.Apply([1, 2], parameters, 0.5));
    }

    [Fact]
    public void Add_Noise_HasTheDeviationAskedFor()
    {
        var values = new float[20_000];

        GaussianNoise.Add(values, 0.5);

        Assert.Equal(0, values.Average(), tolerance: 0.03);
        Assert.Equal(0.5, Math.Sqrt(values.Average(value => (double)value * value)), tolerance: 0.02);
    }

    // Of one Gaussian release, from the exact δ(ε) of Balle and Wang (2018): the accountant may say more, never less.
    [Theory]
    [InlineData(1.0, 1e-5, 4.3775)]
    [InlineData(4.0, 1e-5, 0.9305)]
    public void Epsilon_OneRelease_IsAtLeastTheExactOneAndCloseToIt(double noise, double delta, double exact)
    {
        var accountant = new PrivacyAccountant();

        accountant.Spend(noise);

        Assert.InRange(accountant.Epsilon(delta), exact, 1.12 * exact);
    }

    [Fact]
    public void Epsilon_ManyReleases_AddUpLikeOneWithLessNoise()
    {
        var many = new PrivacyAccountant();
        for (var i = 0; i < 16; i++)
            many.Spend(8);
        var one = new PrivacyAccountant();
        one.Spend(2);

        Assert.Equal(one.Epsilon(1e-6), many.Epsilon(1e-6), tolerance: 1e-9);
        Assert.Equal(many.EpsilonAfter(8, 1e-6), new PrivacyAccountant(many.Rho + (1 / 128.0)).Epsilon(1e-6), tolerance: 1e-9);
    }

    [Fact]
    public void Epsilon_NothingSent_IsZero() => Assert.Equal(0, new PrivacyAccountant().Epsilon(1e-5));
}
