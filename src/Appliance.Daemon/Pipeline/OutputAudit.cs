using Appliance.Core.Outputs;
using Appliance.Store.Audit;

namespace Appliance.Daemon.Pipeline;

/// <summary>
/// Writes every command that did not come from a rule into the audit log, beside the command: a siren must not wait for a disk.
/// Refusals of one source and output are written once a minute, so that a host gone wild cannot fill it.
/// </summary>
internal sealed class OutputAudit(AuditLog audit, TimeProvider clock, ILogger<OutputAudit> logger)
{
    private static readonly TimeSpan s_quiet = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<(OutputSource, string), long> _refused = [];

    public void Write(OutputCommand command, OutputAnswer answer)
    {
        if (!answer.IsTaken && IsRepeated(command))
            return;

        _ = WriteAsync(command, answer);
    }

    private bool IsRepeated(OutputCommand command)
    {
        // Names of unknown outputs come from outside; they share one entry.
        var key = (command.Source, command.Output.Value.Length <= 32 ? command.Output.Value : "");
        lock (_gate)
        {
            if (_refused.TryGetValue(key, out var last) && clock.GetElapsedTime(last) < s_quiet)
                return true;
            if (_refused.Count >= 256)
                _refused.Clear();
            _refused[key] = clock.GetTimestamp();
            return false;
        }
    }

    private async Task WriteAsync(OutputCommand command, OutputAnswer answer)
    {
        try
        {
            var summary = $"{command.Action}: {answer.Verdict.ToString().ToLowerInvariant()}"
                + (answer.Reason.Length > 0 ? $", {answer.Reason}" : "");
            await audit.Append(
                new(command.By, command.Origin.Length > 0 ? command.Origin : command.Source.ToString()),
                "output." + command.Action.Kind.ToString().ToLowerInvariant(), command.Output.Value, summary);
        }
        catch (Exception error)
        {
            logger.AuditFailed(command.Output, error);
        }
    }
}
