using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Appliance.Daemon.Cli.Demo;

/// <summary>A program the demo runs: its output is kept, a line can be waited for, and it ends with the demo.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private const int SigTerm = 15;
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(10);

    private readonly Process _process;
    private readonly string _name;
    private readonly Lock _gate = new();
    private readonly List<string> _lines = [];
    private readonly List<(Regex Pattern, TaskCompletionSource<Match> Found)> _waiting = [];

    private ChildProcess(string name, Process process) => (_name, _process) = (name, process);

    /// <summary>Each line as it is written.</summary>
    public event Action<string>? Line;

    public int Id => _process.Id;

    /// <summary>Everything it said so far.</summary>
    public string Output
    {
        get
        {
            lock (_gate)
                return string.Join('\n', _lines);
        }
    }

    /// <exception cref="DemoException">The program is not installed.</exception>
    public static ChildProcess Start(string name, string program, IEnumerable<string> arguments, IDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach (var (key, value) in environment ?? new Dictionary<string, string>())
            start.Environment[key] = value;

        try
        {
            var child = new ChildProcess(name, new Process { StartInfo = start });
            child._process.OutputDataReceived += (_, line) => child.Took(line.Data);
            child._process.ErrorDataReceived += (_, line) => child.Took(line.Data);
            child._process.Start();
            child._process.BeginOutputReadLine();
            child._process.BeginErrorReadLine();
            return child;
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            throw new DemoException($"{program} cannot be started ({error.Message}); run 'make setup'.");
        }
    }

    /// <summary>The first line, past or future, that matches.</summary>
    /// <exception cref="DemoException">It ended, or said nothing like it within <paramref name="patience"/>.</exception>
    public async Task<Match> WaitForLine([StringSyntax(StringSyntaxAttribute.Regex)] string pattern, TimeSpan patience)
    {
        var found = new TaskCompletionSource<Match>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            var regex = new Regex(pattern);
            foreach (var line in _lines)
            {
                if (regex.Match(line) is { Success: true } match)
                    return match;
            }

            _waiting.Add((regex, found));
        }

        var ended = _process.WaitForExitAsync();
        var first = await Task.WhenAny(found.Task, ended, Task.Delay(patience));
        if (first == found.Task)
            return await found.Task;

        var what = first == ended ? $"ended with code {_process.ExitCode}" : $"said nothing like '{pattern}' for {patience.TotalSeconds:0} s";
        throw new DemoException($"{_name} {what}. It said:\n{Output}");
    }

    /// <summary>As <see cref="WaitForLine"/>; ends the process when it fails, for those who have nobody else to do it.</summary>
    /// <exception cref="DemoException">It ended, or said nothing like it within <paramref name="patience"/>.</exception>
    public async Task WaitForLineOrEnd([StringSyntax(StringSyntaxAttribute.Regex)] string pattern, TimeSpan patience)
    {
        try
        {
            await WaitForLine(pattern, patience);
        }
        catch
        {
            await DisposeAsync();
            throw;
        }
    }

    /// <summary>Asks it to stop, waits, and ends it by force when it does not.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            Kill(_process.Id, SigTerm);
            using var grace = new CancellationTokenSource(s_grace);
            try
            {
                await _process.WaitForExitAsync(grace.Token);
            }
            catch (OperationCanceledException)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync();
            }
        }

        _process.Dispose();
    }

    private void Took(string? line)
    {
        if (line is null)
            return;

        lock (_gate)
        {
            _lines.Add(line);
            foreach (var (pattern, found) in _waiting)
            {
                if (pattern.Match(line) is { Success: true } match)
                    found.TrySetResult(match);
            }
        }

        Line?.Invoke(line);
    }

    // .NET has no way to send SIGTERM; Process.Kill is SIGKILL, after which the daemon could not drain.
    [DllImport("libc", EntryPoint = "kill")]
    private static extern int Kill(int process, int signal);
}

/// <summary>The demo cannot go on; the message says why and what to do.</summary>
internal sealed class DemoException(string message) : Exception(message);
