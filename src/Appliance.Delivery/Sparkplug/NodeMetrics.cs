using Appliance.Core.Outputs;

namespace Appliance.Delivery.Sparkplug;

/// <summary>
/// Which metrics there are (docs/sparkplug.md has the table). None names, shows or identifies a person: alerts appear by number, id
/// and kind, and who it was is asked of the box by someone who may know.
/// </summary>
internal static class NodeMetrics
{
    /// <summary>Device of the outputs. The space keeps it apart from any camera, whose ids have none.</summary>
    public const string RelayBank = "Relay Bank";

    public static IReadOnlyList<Metric> OfNode(bool mayReboot) =>
    [
        new(NodeModel.BirthDeath, SparkplugType.Int64),
        new(NodeModel.Rebirth, SparkplugType.Boolean) { IsControl = true, IsWritable = true },
        new(NodeModel.Reboot, SparkplugType.Boolean) { IsControl = true, IsWritable = mayReboot },
        new("Properties/Hardware Make", SparkplugType.String),
        new("Properties/Hardware Model", SparkplugType.String),
        new("Properties/OS", SparkplugType.String),
        new("Properties/OS Version", SparkplugType.String),
        new("Properties/Software Version", SparkplugType.String),
        new("Health/Status", SparkplugType.String),
        new("Health/Faults", SparkplugType.Int32),
        new("Health/CPU Temp", SparkplugType.Double, deadband: 1),
        new("Health/Outbox Depth", SparkplugType.Int64),
        new("Health/Clock Synced", SparkplugType.Boolean),
        new("Watchlist/Version", SparkplugType.Int64),
        new("FL/Round", SparkplugType.Int64),
        new("Update/Slot", SparkplugType.String),
        new("Update/State", SparkplugType.String),
        new("Alert/Count", SparkplugType.Int64),
        new("Alert/Last Id", SparkplugType.String),
        new("Alert/Last Class", SparkplugType.String),
        new("Alert/Last Score", SparkplugType.Double),
        new("Alert/Last Camera", SparkplugType.String),
    ];

    public static IReadOnlyList<Metric> OfCamera() =>
    [
        new("Stream/Online", SparkplugType.Boolean),
        new("Stream/FPS", SparkplugType.Double, deadband: 1),
        new("Tamper", SparkplugType.Boolean),
        new("Occupancy", SparkplugType.Int32),
        new("Alert/Active", SparkplugType.Boolean),
        new("Alert/Count", SparkplugType.Int64),
        new("Alert/Last Id", SparkplugType.String),
        new("Alert/Last Class", SparkplugType.String),
        new("Alert/Last Score", SparkplugType.Double),
    ];

    public static IReadOnlyList<Metric> OfRelayBank(
        IReadOnlyList<OutputState> outputs, IReadOnlyCollection<OutputId> sirens, Func<OutputId, bool> isWritable, bool allowInhibit)
    {
        var metrics = outputs
            .Select(output => new Metric(Relay(output.Id), SparkplugType.Boolean) { IsControl = true, IsWritable = isWritable(output.Id) })
            .ToList();
        if (sirens.Count > 0)
        {
            metrics.Add(new("Siren/Active", SparkplugType.Boolean));
            metrics.Add(new(NodeModel.SirenInhibit, SparkplugType.Boolean) { IsControl = true, IsWritable = allowInhibit });
        }

        return metrics;
    }

    public static string Relay(OutputId output) => "Relay/" + output.Value;
}
