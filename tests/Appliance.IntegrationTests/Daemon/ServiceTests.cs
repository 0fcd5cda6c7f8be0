using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Daemon;

/// <summary>The daemon as systemd sees it: the process itself, its notifications, its unit.</summary>
public class ServiceTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Run_UnderNotify_SaysReadyFeedsTheWatchdogAndStopsCleanly()
    {
        using var folder = new TemporaryFolder();
        using var patience = new CancellationTokenSource(s_patience);
        using var manager = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        var address = Path.Combine(folder.Path, "notify");
        manager.Bind(new UnixDomainSocketEndPoint(address));
        var configuration = Path.Combine(folder.Path, "appliance.json");
        await File.WriteAllTextAsync(configuration, $$$"""
            {"Appliance":{"DataDirectory":"{{{folder.Path}}}/data"},"Mqtt":{"Enabled":false},"Api":{"Listen":["http://127.0.0.1:0"]}}
            """);

        using var daemon = Start(configuration, address);
        try
        {
            await Until(manager, "READY=1", patience.Token);
            await Until(manager, "WATCHDOG=1", patience.Token);
            using (var kill = Process.Start("kill", ["-TERM", $"{daemon.Id}"]))
                await kill.WaitForExitAsync(patience.Token);
            await Until(manager, "STOPPING=1", patience.Token);
            await daemon.WaitForExitAsync(patience.Token);

            Assert.Equal(0, daemon.ExitCode);
        }
        finally
        {
            if (!daemon.HasExited)
                daemon.Kill();
        }
    }

    [SystemdAnalyzeFact]
    public async Task Unit_Security_IsBelowTwo()
    {
        var start = new ProcessStartInfo(SystemdAnalyzeFactAttribute.Program, ["security", "--offline=true", "--threshold=20", Path.Combine(Checkout.Root, "systemd", "watchpost.service")])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();

        Assert.True(process.ExitCode == 0, output.Length > 400 ? output[^400..] : output);
    }

    [SystemdAnalyzeFact]
    public async Task Unit_Verified_HasNoLineThatSystemdDoesNotKnow()
    {
        var start = new ProcessStartInfo(
            SystemdAnalyzeFactAttribute.Program, ["verify", Path.Combine(Checkout.Root, "systemd", "watchpost.service")])
        {
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var said = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();

        // Faults of lines are said as «file:line: …»; that the program is not installed here is none.
        Assert.DoesNotMatch(@"watchpost\.service:\d+:", said);
    }

    private static Process Start(string configuration, string notify)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Appliance.Daemon.dll"), "run", "--config", configuration]);
        start.Environment["NOTIFY_SOCKET"] = notify;
        start.Environment["WATCHDOG_USEC"] = "1500000";
        start.Environment.Remove("WATCHDOG_PID");
        return Process.Start(start)!;
    }

    private static async Task Until(Socket manager, string message, CancellationToken cancel)
    {
        var buffer = new byte[4096];
        while (true)
        {
            var count = await manager.ReceiveAsync(buffer, SocketFlags.None, cancel);
            if (Encoding.UTF8.GetString(buffer, 0, count).Split('\n').Contains(message))
                return;
        }
    }
}

/// <summary>A test that needs systemd's own judge of units.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SystemdAnalyzeFactAttribute : FactAttribute
{
    public const string Program = "/usr/bin/systemd-analyze";

    public SystemdAnalyzeFactAttribute()
    {
        if (!File.Exists(Program))
            Skip = $"{Program} is not installed";
    }
}
