using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Appliance.IntegrationTests.EndToEnd.Support;

/// <summary>One run of the daemon: what it says on either stream, and both ways to end it.</summary>
internal sealed partial class BoxProcess : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Lock _gate = new();
    private readonly List<string> _output = [];
    private readonly List<string> _log = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private BoxProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasEnded => _process.HasExited;

    /// <summary>Standard output so far.</summary>
    public string Output => Text(_output);

    /// <summary>Standard error so far.</summary>
    public string Log => Text(_log);

    public static BoxProcess Start(ProcessStartInfo start)
    {
        var box = new BoxProcess(new Process { StartInfo = start });
        box._process.OutputDataReceived += (_, line) => box.Took(box._output, line.Data);
        box._process.ErrorDataReceived += (_, line) => box.Took(box._log, line.Data);
        box._process.Start();
        box._process.BeginOutputReadLine();
        box._process.BeginErrorReadLine();
        return box;
    }

    /// <summary>The first line of standard output.</summary>
    public Task<string> FirstOutput() => When("its first line of output", () => _output.FirstOrDefault());

    /// <summary>The first line of the log that matches.</summary>
    public Task<string> Logged([StringSyntax(StringSyntaxAttribute.Regex)] string pattern) =>
        When($"a log line like «{pattern}»", () => _log.Find(line => Regex.IsMatch(line, pattern)));

    /// <summary>Waits until so many alerts were stored in this run.</summary>
    public Task<string> LoggedAlerts(int count) =>
        When($"{count} alerts stored", () => _log.Where(line => StoredLine().IsMatch(line)).Skip(count - 1).FirstOrDefault());

    /// <summary>Alerts that the log of this run calls stored, seq → id.</summary>
    public IEnumerable<(long Seq, string Id)> StoredAlerts() => StoredLine().Matches(Log)
        .Select(match => (long.Parse(match.Groups["seq"].Value, CultureInfo.InvariantCulture), match.Groups["id"].Value));

    /// <summary>kill -9.</summary>
    public async Task Kill()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
    }

    /// <summary>SIGTERM; returns the exit code.</summary>
    public async Task<int> Stop()
    {
        using (var kill = Process.Start("/bin/kill", ["-15", _process.Id.ToString(CultureInfo.InvariantCulture)]))
            await kill.WaitForExitAsync();
        await _process.WaitForExitAsync().WaitAsync(Patience.Long);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            await Kill();
        _process.Dispose();
    }

    private async Task<string> When(string what, Func<string?> find)
    {
        using var patience = new CancellationTokenSource(Patience.Long);
        var ended = _process.WaitForExitAsync(patience.Token);
        while (true)
        {
            Task more;
            var over = ended.IsCompleted;
            lock (_gate)
            {
                if (find() is { } found)
                    return found;
                more = _more.Task;
            }

            if (over)
                throw new InvalidOperationException($"Expected {what}; the daemon is gone. It said:\n{Output}\n{Log}");
            await Task.WhenAny(more, ended);
        }
    }

    private void Took(List<string> lines, string? line)
    {
        if (line is null)
            return;

        lock (_gate)
        {
            lines.Add(line);
            _more.TrySetResult();
            _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    private string Text(List<string> lines)
    {
        lock (_gate)
            return string.Join('\n', lines);
    }

    [GeneratedRegex(@"Alert (?<id>[0-9A-Z]{26}) stored as seq (?<seq>\d+):")]
    private static partial Regex StoredLine();
}
