using System.Diagnostics;
using System.Globalization;
using Appliance.Daemon.Cli.Demo;

namespace Appliance.Daemon.Cli.Chaos;

/// <summary>One of the processes of a kill campaign: started, killed with SIGKILL and started again, all its lines kept.</summary>
internal sealed class Victim(string name, Func<ProcessStartInfo> start, Action<string> line) : IAsyncDisposable
{
    private Process? _process;

    public string Name => name;

    public int Kills { get; private set; }

    /// <summary>Lines on standard output of this run.</summary>
    public int Lines { get; private set; }

    public bool HasEnded => _process is null || _process.HasExited;

    /// <summary>Whether it ended with another code than 0.</summary>
    public bool Failed => _process is { HasExited: true, ExitCode: not 0 };

    /// <summary>What it said on standard error, at most the last 200 lines.</summary>
    public Queue<string> Errors { get; } = new();

    public void Start()
    {
        Lines = 0;
        var info = start();
        (info.RedirectStandardOutput, info.RedirectStandardError, info.RedirectStandardInput) = (true, true, true);
        _process = new Process { StartInfo = info };
        _process.OutputDataReceived += (_, text) => Take(text.Data);
        _process.ErrorDataReceived += (_, text) => TakeError(text.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>SIGKILL; returns when it is gone and all it had said was read.</summary>
    public async Task Kill()
    {
        Kills++;
        _process!.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _process = null;
    }

    public void Say(string text) => _process!.StandardInput.WriteLine(text);

    /// <summary>Until it ends by itself.</summary>
    public Task Ended(CancellationToken cancel) => _process!.WaitForExitAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        if (_process is not { } process)
            return;

        _process = null;
        if (!process.HasExited)
            process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private void Take(string? text)
    {
        if (text is null)
            return;
        Lines++;
        line(text);
    }

    private void TakeError(string? text)
    {
        if (text is null)
            return;
        lock (Errors)
        {
            Errors.Enqueue(text);
            if (Errors.Count > 200)
                Errors.Dequeue();
        }
    }
}

/// <summary>How the three of them are started.</summary>
internal static class ChaosPrograms
{
    /// <summary>A broker with persistence as it comes: what it holds is written every half hour, so a kill costs it all of that.</summary>
    public static Func<ProcessStartInfo> Broker(string folder, int port)
    {
        var configuration = Path.Combine(folder, "mosquitto.conf");
        File.WriteAllText(configuration, string.Create(CultureInfo.InvariantCulture, $"""
            user root
            listener {port} 127.0.0.1
            allow_anonymous true
            persistence true
            persistence_location {folder}/
            log_type error
            log_dest stderr
            max_queued_messages 100000

            """));
        return () => new(DemoBroker.FindMosquitto(), ["-c", configuration]);
    }

    /// <summary>This program, with another verb.</summary>
    public static Func<ProcessStartInfo> Self(params string[] arguments) => () =>
    {
        var program = Environment.ProcessPath!;
        var info = Path.GetFileNameWithoutExtension(program) == "Appliance.Daemon"
            ? new ProcessStartInfo(program, arguments)
            : new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "Appliance.Daemon.dll"), .. arguments]);
        // Short lives: what the JIT could learn in them is not worth its price.
        info.Environment["DOTNET_TieredPGO"] = "0";
        info.Environment["DOTNET_TC_BackgroundWorkerTimeoutMs"] = "0";
        return info;
    };
}
