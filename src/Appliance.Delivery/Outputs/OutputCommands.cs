using Appliance.Core.Outputs;
using Microsoft.Extensions.Logging;

namespace Appliance.Delivery.Outputs;

/// <inheritdoc cref="IOutputCommands"/>
/// <remarks>
/// Precedence, highest first: interlocks, maximum on-time and minimum off-time (the bank); a person's override; inhibition; what the
/// source may do. Off is never inhibited.
/// </remarks>
public sealed class OutputCommands(
    OutputsOptions options, IOutputBank bank, TimeProvider clock, ILogger<OutputCommands> logger) : IOutputCommands
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private readonly Lock _lock = new();
    private readonly Dictionary<string, OutputId[]> _groups = options.Groups.ToDictionary(
        group => group.Id, group => group.Outputs.Distinct().Select(output => new OutputId(output)).ToArray(), StringComparer.Ordinal);

    private readonly HashSet<string> _remote = [.. options.Lines.Where(line => line.AllowRemote).Select(line => line.Id)];
    private OutputInhibition? _inhibition;
    private long _inhibitedSince;
    private TimeSpan _inhibitedFor;
    private long _minuteSince;
    private int _thisMinute;

    /// <summary>Raised for every command that did not come from a rule, taken or not: for the audit. Handlers must not block.</summary>
    public event Action<OutputCommand, OutputAnswer>? Commanded;

    /// <summary>The inhibition in force; null = none.</summary>
    public OutputInhibition? Inhibition
    {
        get
        {
            lock (_lock)
                return _inhibition is not null && clock.GetElapsedTime(_inhibitedSince) < _inhibitedFor ? _inhibition : _inhibition = null;
        }
    }

    /// <summary>Keeps rules and other systems from switching anything on for a while; zero ends it.</summary>
    public void Inhibit(TimeSpan length, string by)
    {
        lock (_lock)
        {
            (_inhibitedSince, _inhibitedFor) = (clock.GetTimestamp(), length);
            _inhibition = length > TimeSpan.Zero ? new(by, clock.GetUtcNow() + length) : null;
        }
    }

    /// <inheritdoc/>
    public bool IsRemote(OutputId output) => _remote.Contains(output.Value);

    /// <inheritdoc/>
    public OutputAnswer Do(OutputCommand command)
    {
        var answer = Answer(command);
        if (command.Source == OutputSource.Rule)
            return answer;

        try
        {
            Commanded?.Invoke(command, answer);
        }
        catch (Exception error)
        {
            logger.ListenerFailed(error);
        }

        return answer;
    }

    private OutputAnswer Answer(OutputCommand command)
    {
        if (!_groups.TryGetValue(command.Output.Value, out var members))
            return One(command.Output, command);

        // A group is as good as its worst member: the caller must see that one of them was refused.
        OutputAnswer? worst = null;
        foreach (var member in members)
        {
            var answer = One(member, command);
            if (worst is null || answer.Verdict > worst.Verdict)
                worst = answer;
        }

        return worst!;
    }

    private OutputAnswer One(OutputId output, OutputCommand command)
    {
        if (WhyNot(output, command) is { } reason)
            return new(OutputVerdict.Refused, reason, bank.States.FirstOrDefault(state => state.Id == output));

        return bank.Do(output, command.Action, command.Source switch
        {
            OutputSource.Rule => command.By,
            OutputSource.Person => $"{command.Action} by {command.By}",
            _ => $"{command.Action} by {command.By} over {Word(command.Source)}",
        });
    }

    private string? WhyNot(OutputId output, OutputCommand command)
    {
        var isRemote = command.Source is OutputSource.Mqtt or OutputSource.HomeAssistant or OutputSource.Sparkplug;
        if (isRemote && options.Lines.Any(line => line.Id == output.Value) && !IsRemote(output))
            return "other systems may not command this output (AllowRemote)";
        if (isRemote && !TakeTurn())
            return $"more than {options.RemoteCommandsPerMinute} commands of other systems within a minute";
        if (command.Source != OutputSource.Person && command.Action.Kind != OutputActionKind.Off && Inhibition is { } inhibition)
            return $"inhibited by {inhibition.By} until {inhibition.Until:u}";
        return null;
    }

    private bool TakeTurn()
    {
        lock (_lock)
        {
            if (clock.GetElapsedTime(_minuteSince) >= s_minute)
                (_minuteSince, _thisMinute) = (clock.GetTimestamp(), 0);
            return ++_thisMinute <= options.RemoteCommandsPerMinute;
        }
    }

    private static string Word(OutputSource source) => source switch
    {
        OutputSource.HomeAssistant => "Home Assistant",
        OutputSource.Sparkplug => "Sparkplug",
        _ => "MQTT",
    };
}
