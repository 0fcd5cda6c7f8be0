using Appliance.Learning.Flower;
using Wire = Appliance.Learning.Flower.Wire;

namespace Appliance.UnitTests.Learning.Flower;

public class FlowerPolicyTests
{
    [Theory]
    [InlineData("acme/heads", "acme/heads", "", true)]
    [InlineData("acme/heads@1.2.0", "acme/heads", "", true)]
    [InlineData("acme/heads@1.3.0", "acme/heads", "", false)]
    [InlineData("*", "anyone/anything", "", true)]
    [InlineData("*", "acme/heads", "city", false)]
    [InlineData("acme/other", "acme/heads", "", false)]
    [InlineData("acme/heads", "", "", false)]
    public void WhyNot_Run_MustBeOnTheList(string allowed, string app, string federation, bool isTaken)
    {
        var policy = new FlowerPolicy { AllowedApps = [allowed], Federation = federation };

        var reason = policy.WhyNot(new Wire.Run { FabId = app, FabVersion = "1.2.0", Federation = "elsewhere" });

        Assert.Equal(isTaken, reason is null);
    }

    [Fact]
    public void WhyNot_EmptyList_TakesNothing()
    {
        Assert.NotNull(new FlowerPolicy().WhyNot(new Wire.Run { FabId = "acme/heads" }));
    }
}
