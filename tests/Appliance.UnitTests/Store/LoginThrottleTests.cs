using Appliance.Store.Users;

namespace Appliance.UnitTests.Store;

public class LoginThrottleTests
{
    [Theory]
    [InlineData(5, 0)]
    [InlineData(6, 1)]
    [InlineData(7, 2)]
    [InlineData(10, 16)]
    [InlineData(15, 512)]
    [InlineData(16, 900)]
    [InlineData(1_000_000, 900)]
    public void Delay_BeyondTheFreeTries_DoublesUpToAQuarterHour(long failures, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), LoginThrottle.Delay(failures, free: 5));

    [Fact]
    public void Network_SameHostInOtherForms_IsOne()
    {
        Assert.Equal(LoginThrottle.Network("192.0.2.1"), LoginThrottle.Network("::ffff:192.0.2.1"));
        Assert.Equal(LoginThrottle.Network("2001:db8::1"), LoginThrottle.Network("2001:db8::ffff:1"));
        Assert.NotEqual(LoginThrottle.Network("2001:db8::1"), LoginThrottle.Network("2001:db8:0:1::1"));
        Assert.Equal("console", LoginThrottle.Network("console"));
    }
}
