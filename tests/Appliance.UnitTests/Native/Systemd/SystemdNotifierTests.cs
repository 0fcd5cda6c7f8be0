using Appliance.Native.Systemd;

namespace Appliance.UnitTests.Native.Systemd;

public sealed class SystemdNotifierTests
{
    [Fact]
    public void From_NoServiceManager_DoesNothing()
    {
        using var notifier = SystemdNotifier.From(_ => null, 1);

        Assert.False(notifier.IsActive);
        Assert.False(notifier.Ready("up"));
        Assert.Null(notifier.WatchdogInterval);
    }

    [Theory]
    [InlineData("30000000", null, 30.0)]
    [InlineData("30000000", "77", 30.0)]
    [InlineData("30000000", "78", null)]
    [InlineData("0", null, null)]
    [InlineData("-5", null, null)]
    [InlineData("soon", null, null)]
    [InlineData(null, null, null)]
    public void WatchdogInterval_FromTheEnvironment_IsOursOnly(string? usec, string? pid, double? seconds)
    {
        using var notifier = SystemdNotifier.From(
            name => name switch { "NOTIFY_SOCKET" => "@x", "WATCHDOG_USEC" => usec, "WATCHDOG_PID" => pid, _ => null }, 77);

        Assert.Equal(seconds, notifier.WatchdogInterval?.TotalSeconds);
    }

    [Theory]
    [InlineData("relative/path")]
    [InlineData("vsock:2:1")]
    [InlineData("@")]
    [InlineData("/")]
    [InlineData("")]
    public void From_AddressThatIsNone_DoesNothing(string socket)
    {
        using var notifier = SystemdNotifier.From(name => name == "NOTIFY_SOCKET" ? socket : null, 1);

        Assert.False(notifier.IsActive);
    }

    [Fact]
    public void Send_NobodyListens_SaysFalse()
    {
        using var notifier = SystemdNotifier.From(name => name == "NOTIFY_SOCKET" ? "@watchpost-nobody-listens" : null, 1);

        Assert.True(notifier.IsActive);
        Assert.False(notifier.Watchdog());
    }
}
