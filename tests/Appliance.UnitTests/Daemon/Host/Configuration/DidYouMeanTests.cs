using Appliance.Daemon.Host.Configuration;

namespace Appliance.UnitTests.Daemon.Host.Configuration;

public class DidYouMeanTests
{
    private static readonly string[] s_words = ["Cameras", "Inference", "Recognition", "Mqtt"];

    [Theory]
    [InlineData("Camreas", "Cameras")]
    [InlineData("inferense", "Inference")]
    [InlineData("Mqqt", "Mqtt")]
    [InlineData("recogntion", "Recognition")]
    public void Find_ASlip_IsTheWord(string typed, string meant) => Assert.Equal(meant, DidYouMean.Find(typed, s_words));

    [Theory]
    [InlineData("Zebra")]
    [InlineData("")]
    public void Find_NothingNear_IsNull(string typed) => Assert.Null(DidYouMean.Find(typed, s_words));
}
