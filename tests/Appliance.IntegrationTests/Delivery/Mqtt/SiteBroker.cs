using System.Diagnostics;
using Appliance.IntegrationTests.Support;
using Appliance.Native.Mosquitto;

namespace Appliance.IntegrationTests.Delivery.Mqtt;

/// <summary>A mosquitto that runs on the files of <c>site-broker/</c> as they are shipped, with certificates of their script.</summary>
internal sealed class SiteBroker : IAsyncDisposable
{
    private static readonly string s_files = Path.Combine(Checkout.Root, "site-broker");
    private readonly TemporaryFolder _folder = new();
    private readonly ReservedPort _port = new();
    private Process? _process;

    public int Port => _port.Number;

    public string Folder => _folder.Path;

    /// <param name="certificates">Arguments of make-certificates.sh, one call each.</param>
    /// <param name="bridge">bridge.conf's text with its addresses put in, appended to the configuration.</param>
    /// <param name="acl">More lines for the ACL.</param>
    public static async Task<SiteBroker> Start(
        IEnumerable<string[]> certificates, Func<SiteBroker, string>? bridge = null, string acl = "")
    {
        var broker = new SiteBroker();
        foreach (var arguments in certificates)
            broker.Make(arguments);
        await File.WriteAllTextAsync(Path.Combine(broker.Folder, "acl"), await File.ReadAllTextAsync(Path.Combine(s_files, "acl")) + acl);
        var conf = broker.Placed(await File.ReadAllTextAsync(Path.Combine(s_files, "mosquitto.conf")))
            .Replace("listener 8883", $"listener {broker.Port} 127.0.0.1", StringComparison.Ordinal)
            .Replace("/var/lib/mosquitto/", broker.Folder + "/", StringComparison.Ordinal)
            .Replace("log_dest syslog", "log_dest stderr", StringComparison.Ordinal);
        var file = Path.Combine(broker.Folder, "mosquitto.conf");
        await File.WriteAllTextAsync(file, $"user root\n{conf}\nlog_type information\n{(bridge is null ? "" : broker.Placed(bridge(broker)))}\n");
        await broker.Run(file);
        return broker;
    }

    /// <summary>bridge.conf as shipped.</summary>
    public static string BridgeFile() => File.ReadAllText(Path.Combine(s_files, "bridge.conf"));

    public void Make(params string[] arguments)
    {
        var start = new ProcessStartInfo("bash", [Path.Combine(s_files, "make-certificates.sh"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["SITE_DIR"] = Folder;
        using var script = Process.Start(start)!;
        var text = script.StandardOutput.ReadToEnd() + script.StandardError.ReadToEnd();
        script.WaitForExit();
        Assert.True(script.ExitCode == 0, text);
    }

    /// <summary>Settings of a client whose certificate bears a name; null = one without.</summary>
    public MosquittoOptions As(string? name, bool tls = true) => new()
    {
        Host = "localhost",
        Port = Port,
        ClientId = (name ?? "nobody") + "-" + Guid.NewGuid().ToString("N")[..6],
        CleanStart = true,
        Tls = tls ? new(Path.Combine(Folder, "ca.crt"), Named(name, ".crt"), Named(name, ".key")) : null,
    };

    public async ValueTask DisposeAsync()
    {
        if (_process is { } process)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }

        _port.Dispose();
        _folder.Dispose();
    }

    private string? Named(string? name, string suffix) => name is null ? null : Path.Combine(Folder, name + suffix);

    private string Placed(string conf) => conf.Replace("/etc/mosquitto/site", Folder, StringComparison.Ordinal);

    private async Task Run(string file)
    {
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var log = new System.Text.StringBuilder();
        var process = _process = new Process
        {
            StartInfo = new("/usr/sbin/mosquitto", ["-c", file]) { RedirectStandardError = true, RedirectStandardOutput = true },
            EnableRaisingEvents = true,
        };
        process.ErrorDataReceived += (_, line) => Look(line.Data);
        process.OutputDataReceived += (_, line) => Look(line.Data);
        process.Exited += (_, _) => running.TrySetException(new InvalidOperationException("mosquitto ended: " + log));
        process.Start();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        await running.Task.WaitAsync(TimeSpan.FromSeconds(90));

        void Look(string? line)
        {
            lock (log)
                log.AppendLine(line);
            if (line?.EndsWith(" running", StringComparison.Ordinal) == true)
                running.TrySetResult();
        }
    }
}
