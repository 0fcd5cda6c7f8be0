using System.Net.Sockets;
using System.Text;
using Appliance.IntegrationTests.Support;
using Appliance.Native.Systemd;

namespace Appliance.IntegrationTests.Native.Systemd;

/// <summary>Datagrams as a service manager receives them, on both kinds of socket.</summary>
public sealed class SystemdNotifierTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Notify_ManagerListens_ReceivesEachMessage(bool isAbstract)
    {
        using var folder = new TemporaryFolder();
        var name = isAbstract ? "@watchpost-test-" + Guid.NewGuid() : Path.Combine(folder.Path, "notify");
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        manager.Bind(new UnixDomainSocketEndPoint(isAbstract ? "\0" + name[1..] : name));
        using var notifier = SystemdNotifier.From(variable => variable == "NOTIFY_SOCKET" ? name : null, 1);

        Assert.True(notifier.Ready("2 cameras\nrunning"));
        Assert.True(notifier.Watchdog());
        Assert.True(notifier.ExtendTimeout(TimeSpan.FromSeconds(20)));
        Assert.True(notifier.Stopping("bye"));

        Assert.Equal("READY=1\nSTATUS=2 cameras running", await Next());
        Assert.Equal("WATCHDOG=1", await Next());
        Assert.Equal("EXTEND_TIMEOUT_USEC=20000000", await Next());
        Assert.Equal("STOPPING=1\nSTATUS=bye", await Next());

        async Task<string> Next()
        {
            var buffer = new byte[512];
            var length = await manager.ReceiveAsync(buffer).WaitAsync(TimeSpan.FromSeconds(60));
            return Encoding.UTF8.GetString(buffer, 0, length);
        }
    }
}
