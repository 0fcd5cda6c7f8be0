using Appliance.Core.Outputs;
using Appliance.Delivery.Sparkplug.Protocol;
using Appliance.Native.Mosquitto;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Appliance.Delivery.Sparkplug;

/// <summary>
/// Reads what hosts write: rebirth, reboot, relays and the inhibition of sirens. What is not announced as writable, or does not fit, is
/// refused, counted and logged; outputs are switched through the gate that every command passes.
/// </summary>
internal sealed class CommandDesk(
    NodeModel model, SparkplugTopics topics, SparkplugOptions options, IOutputCommands outputs, SirenGuard sirens, Func<Task>? reboot,
    ILogger logger)
{
    private readonly string _relayCommands = topics.DeviceCommand(NodeMetrics.RelayBank);

    /// <summary>A host asked for births; cleared by whoever publishes them.</summary>
    public bool WantsRebirth { get; set; }

    public long Done { get; private set; }

    public long Refused { get; private set; }

    /// <summary>What to subscribe to, each with QoS 1.</summary>
    public IEnumerable<string> Filters
    {
        get
        {
            yield return topics.NodeCommand;
            if (options.AllowCommands && model.Relays is not null)
                yield return _relayCommands;
        }
    }

    public void Take(MosquittoMessage message)
    {
        var source = message.Topic == topics.NodeCommand ? model.Node : message.Topic == _relayCommands ? model.Relays : null;
        if (source is null)
            return;

        if (message.Retain)
        {
            // It would be carried out again at every connect.
            Refuse(message.Topic, "it is retained");
            return;
        }

        try
        {
            foreach (var metric in Payload.Parser.ParseFrom(message.Payload).Metrics)
                Take(source, metric);
        }
        catch (InvalidProtocolBufferException)
        {
            Refuse(message.Topic, "not a Sparkplug payload");
        }
    }

    private void Take(MetricSource source, Protocol.Metric command)
    {
        var metric = command.HasName ? source.Find(command.Name) : source.Metrics.FirstOrDefault(known => known.Alias == command.Alias && command.HasAlias);
        if (metric is null)
            Refuse(command.HasName ? Shorten(command.Name) : $"alias {command.Alias}", "no such metric");
        else if (!metric.IsWritable)
            Refuse(metric.Name, "it is read-only");
        else if (command.ValueCase != Protocol.Metric.ValueOneofCase.BooleanValue)
            Refuse(metric.Name, "the value is not true or false");
        else if (Carry(metric.Name, command.BooleanValue) is { } reason)
            Refuse(metric.Name, reason);
        else
            Finish(metric.Name, command.BooleanValue);
    }

    /// <summary>Null: it was done; else why not.</summary>
    private string? Carry(string name, bool value)
    {
        switch (name)
        {
            case NodeModel.Rebirth:
                WantsRebirth |= value;
                return value ? null : "only true asks for births";
            case NodeModel.Reboot:
                return value ? Reboot() : "only true asks for a reboot";
            case NodeModel.SirenInhibit:
                sirens.Inhibit(value);
                model.Set(model.Relays!, name, MetricValue.Of(value));
                return null;
            default:
                var answer = outputs.Do(new(
                    new(name[(name.IndexOf('/') + 1)..]), value ? OutputAction.On : OutputAction.Off, OutputSource.Sparkplug,
                    options.PrimaryHost ?? "a SCADA host", _relayCommands));
                return answer.IsTaken ? null : answer.Reason;
        }
    }

    private string? Reboot()
    {
        if (reboot is null)
            return "the box cannot reboot itself";

        // Not awaited: it ends this session, which says farewell on the way.
        _ = Task.Run(async () =>
        {
            try
            {
                await reboot().ConfigureAwait(false);
            }
            catch (Exception error)
            {
                logger.RebootFailed(error);
            }
        });
        return null;
    }

    private void Finish(string metric, bool value)
    {
        Done++;
        logger.CommandDone(metric, value);
    }

    private void Refuse(string what, string reason)
    {
        Refused++;
        logger.CommandRefused(what, reason);
    }

    private static string Shorten(string name) => name.Length <= 64 ? name : name[..64];
}
