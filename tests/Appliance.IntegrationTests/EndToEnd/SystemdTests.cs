using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.EndToEnd;

/// <summary>What a service manager hears from the daemon.</summary>
[Collection(EndToEndCollection.Name)]
public sealed class SystemdTests
{
    [Fact]
    public async Task Run_UnderAServiceManager_SaysReadyFeedsTheWatchdogAndSaysStopping()
    {
        using var folder = new TemporaryFolder();
        using var systemd = new NotifySocket(Path.Combine(folder.Path, "notify"));
        await using var box = new Box(BoxConfiguration.Of(null));
        await box.Launch(new Dictionary<string, string> { ["NOTIFY_SOCKET"] = systemd.Path, ["WATCHDOG_USEC"] = "1500000" });

        await systemd.Until("READY=1");
        var before = systemd.Heard.Count - 1;
        var (status, _) = await box.Look("/health/live");
        await systemd.Until("WATCHDOG=1");
        var code = await box.Process.Stop();
        await systemd.Until("STOPPING=1");

        Assert.Equal(0, before);
        Assert.Equal(200, status);
        Assert.Equal(0, code);
    }
}
