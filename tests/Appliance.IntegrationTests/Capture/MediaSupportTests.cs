using Appliance.Capture;

namespace Appliance.IntegrationTests.Capture;

public sealed class MediaSupportTests
{
    [Fact]
    public void Abilities_PackagesOfSetupInstalled_AllAreThere()
    {
        Assert.Equal("", MediaSupport.WhyNot);
        Assert.StartsWith("GStreamer 1.", MediaSupport.Version);
        Assert.All(MediaSupport.Abilities(), ability => Assert.Equal(("", true), (ability.WhyNot, ability.Element.Length > 0)));
    }
}
