using System.Diagnostics;
using System.Text;
using Appliance.Native.Mosquitto;

namespace Appliance.IntegrationTests.Support;

/// <summary>How a test's broker differs from an open one on loopback with persistence.</summary>
public sealed record MosquittoBrokerOptions
{
    /// <summary>TLS with this authority's server certificate.</summary>
    public TestAuthority? Tls { get; init; }

    /// <summary>With <see cref="Tls"/>: clients must show a certificate, whose name becomes the user name.</summary>
    public bool RequireClientCertificate { get; init; }

    /// <summary>User name → password; null: anonymous.</summary>
    public IReadOnlyDictionary<string, string>? Users { get; init; }

    /// <summary>Lines of an ACL file; null: everything is allowed.</summary>
    public string? Acl { get; init; }

    /// <summary>More lines for mosquitto.conf.</summary>
    public string Extra { get; init; } = "";
}

/// <summary>
/// A real mosquitto on a free port of 127.0.0.1. Keeps its port and its persistence over stops, kills and restarts; ended by
/// its process id when disposed.
/// </summary>
public sealed class MosquittoBroker : IAsyncDisposable
{
    private const string Executable = "/usr/sbin/mosquitto";
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    // Kept while the broker is away, so that nobody else listens where clients look for it.
    private readonly ReservedPort _port = new();
    private readonly string _folder;
    private readonly MosquittoBrokerOptions _options;
    private readonly StringBuilder _log = new();
    private Process? _process;
    private volatile TaskCompletionSource? _reloading;

    private MosquittoBroker(string folder, MosquittoBrokerOptions options)
    {
        _folder = folder;
        _options = options;
    }

    /// <summary>Why no broker can be started here; null when one can.</summary>
    public static string? WhyNot =>
        !File.Exists(Executable) ? $"needs the MQTT broker, {Executable} is missing (apt install mosquitto)" : MosquittoLibrary.WhyNot;

    public string Host => "127.0.0.1";

    public int Port => _port.Number;

    /// <summary>What the broker wrote so far.</summary>
    public string Log
    {
        get
        {
            lock (_log)
                return _log.ToString();
        }
    }

    /// <summary>Starts a broker; it accepts connections when this returns.</summary>
    public static async Task<MosquittoBroker> Start(MosquittoBrokerOptions? options = null)
    {
        var folder = Directory.CreateTempSubdirectory("watchpost-broker-").FullName;
        var broker = new MosquittoBroker(folder, options ?? new());
        broker.WriteConfiguration();
        await broker.Start();
        return broker;
    }

    /// <summary>Starts it again on its port.</summary>
    public async Task Start()
    {
        var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var process = new Process
        {
            StartInfo = new(Executable, ["-c", Path.Combine(_folder, "mosquitto.conf")])
            {
                RedirectStandardError = true,
                RedirectStandardOutput = true,
            },
            EnableRaisingEvents = true,
        };
        process.ErrorDataReceived += (_, line) => Take(line.Data, running);
        process.OutputDataReceived += (_, line) => Take(line.Data, running);
        process.Exited += (_, _) => running.TrySetException(new InvalidOperationException("mosquitto ended: " + Log));
        process.Start();
        process.BeginErrorReadLine();
        process.BeginOutputReadLine();
        _process = process;
        await running.Task.WaitAsync(s_patience);
    }

    /// <summary>Orderly end: clients are told, persistence is written.</summary>
    public Task Stop() => End(process => Signal(process, 15));

    /// <summary>kill -9.</summary>
    public Task Kill() => End(process => process.Kill());

    /// <summary>Stops it from running without ending it: connections stay open and nobody answers.</summary>
    public void Freeze() => Signal(_process!, 19);

    /// <summary>Lets it run on after <see cref="Freeze"/>.</summary>
    public void Thaw() => Signal(_process!, 18);

    /// <summary>Kills it, loses all it had stored, and starts it again.</summary>
    public async Task Wipe()
    {
        await Kill();
        File.Delete(Path.Combine(_folder, "mosquitto.db"));
        await Start();
    }

    /// <summary>Replaces the ACL of the running broker.</summary>
    public async Task Allow(string acl)
    {
        var reloaded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        _reloading = reloaded;
        await File.WriteAllTextAsync(Path.Combine(_folder, "acl"), acl);
        Signal(_process!, 1);
        await reloaded.Task.WaitAsync(s_patience);
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
            await Kill();
        _port.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static void Signal(Process process, int signal)
    {
        using var kill = Process.Start("/bin/kill", [$"-{signal}", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private void Take(string? line, TaskCompletionSource running)
    {
        if (line is null)
            return;

        lock (_log)
            _log.AppendLine(line);
        // Written after every listener is open: "1690000000: mosquitto version 2.0.11 running".
        if (line.EndsWith(" running", StringComparison.Ordinal))
            running.TrySetResult();
        if (line.EndsWith("Reloading config.", StringComparison.Ordinal))
            _reloading?.TrySetResult();
    }

    private async Task End(Action<Process> how)
    {
        using var process = _process ?? throw new InvalidOperationException("The broker is not running.");
        _process = null;
        how(process);
        await process.WaitForExitAsync();
    }

    private void WriteConfiguration()
    {
        var lines = new StringBuilder($"""
            user root
            listener {Port} {Host}
            persistence true
            persistence_location {_folder}/
            autosave_interval 1
            autosave_on_changes true
            log_dest stderr
            log_type all
            max_queued_messages 1000000
            {_options.Extra}

            """);
        if (_options.Tls is { } tls)
        {
            lines.AppendLine($"cafile {tls.CaFile}").AppendLine($"certfile {tls.ServerCertFile}").AppendLine($"keyfile {tls.ServerKeyFile}");
            if (_options.RequireClientCertificate)
                lines.AppendLine("require_certificate true").AppendLine("use_identity_as_username true");
        }

        lines.AppendLine($"allow_anonymous {(_options.Users is null && !_options.RequireClientCertificate ? "true" : "false")}");
        if (_options.Users is { } users)
            lines.AppendLine($"password_file {WritePasswords(users)}");
        if (_options.Acl is { } acl)
        {
            var file = Path.Combine(_folder, "acl");
            File.WriteAllText(file, acl);
            lines.AppendLine($"acl_file {file}");
        }

        File.WriteAllText(Path.Combine(_folder, "mosquitto.conf"), lines.ToString());
    }

    private string WritePasswords(IReadOnlyDictionary<string, string> users)
    {
        var file = Path.Combine(_folder, "passwords");
        File.WriteAllLines(file, users.Select(user => $"{user.Key}:{user.Value}"));
        using var hash = Process.Start("/usr/bin/mosquitto_passwd", ["-U", file]);
        hash.WaitForExit();
        return file;
    }
}
