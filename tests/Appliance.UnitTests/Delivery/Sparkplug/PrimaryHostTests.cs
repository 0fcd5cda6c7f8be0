using Appliance.Delivery.Sparkplug;

namespace Appliance.UnitTests.Delivery.Sparkplug;

public sealed class PrimaryHostTests
{
    private const string Topic = "spBv1.0/STATE/scada";

    [Theory]
    [InlineData("""{"online":true,"timestamp":100}""", HostState.Online)]
    [InlineData("""{"timestamp":0,"online":false,"more":1}""", HostState.Offline)]
    [InlineData("""{"online":"true","timestamp":100}""", HostState.Unknown)]
    [InlineData("""{"online":true}""", HostState.Unknown)]
    [InlineData("""{"online":true,"timestamp":"100"}""", HostState.Unknown)]
    [InlineData("""{"online":true,"timestamp":1e300}""", HostState.Unknown)]
    [InlineData("ONLINE", HostState.Unknown)]
    [InlineData("[]", HostState.Unknown)]
    [InlineData("", HostState.Unknown)]
    public void Take_FirstMessage_CountsIfItIsValid(string payload, HostState expected)
    {
        var host = new PrimaryHost("scada");

        var taken = host.Take(Topic, System.Text.Encoding.UTF8.GetBytes(payload));

        Assert.Equal((expected, expected != HostState.Unknown), (host.State, taken));
    }

    [Theory]
    [InlineData(99, HostState.Online)]
    [InlineData(100, HostState.Offline)]
    [InlineData(101, HostState.Offline)]
    public void Take_OfflineAfterOnline_CountsUnlessOlder(long timestamp, HostState expected)
    {
        var host = Online(100);

        host.Take(Topic, State(false, timestamp));

        Assert.Equal(expected, host.State);
    }

    [Fact]
    public void Take_AnotherHost_ChangesNothing()
    {
        var host = Online(100);

        Assert.False(host.Take("spBv1.0/STATE/other", State(false, 200)));
        Assert.Equal(HostState.Online, host.State);
    }

    [Fact]
    public void BeginSession_OlderOnline_IsNotBelieved()
    {
        var host = Online(100);

        host.BeginSession();
        var stale = host.Take(Topic, State(true, 99));
        var before = host.State;
        host.Take(Topic, State(true, 100));

        Assert.Equal((false, HostState.Unknown, HostState.Online), (stale, before, host.State));
    }

    private static PrimaryHost Online(long timestamp)
    {
        var host = new PrimaryHost("scada");
        host.Take(Topic, State(true, timestamp));
        return host;
    }

    private static byte[] State(bool online, long timestamp) =>
        System.Text.Encoding.UTF8.GetBytes($$"""{"online":{{(online ? "true" : "false")}},"timestamp":{{timestamp}}}""");
}
