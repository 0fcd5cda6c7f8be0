namespace Appliance.Delivery.Sparkplug;

/// <summary>Topics of one edge node in the namespace of Sparkplug B.</summary>
internal sealed class SparkplugTopics(string group, string node)
{
    private const string Namespace = "spBv1.0";

    public string NodeBirth { get; } = $"{Namespace}/{group}/NBIRTH/{node}";

    public string NodeDeath { get; } = $"{Namespace}/{group}/NDEATH/{node}";

    public string NodeData { get; } = $"{Namespace}/{group}/NDATA/{node}";

    public string NodeCommand { get; } = $"{Namespace}/{group}/NCMD/{node}";

    public string DeviceBirth(string device) => $"{Namespace}/{group}/DBIRTH/{node}/{device}";

    public string DeviceDeath(string device) => $"{Namespace}/{group}/DDEATH/{node}/{device}";

    public string DeviceData(string device) => $"{Namespace}/{group}/DDATA/{node}/{device}";

    public string DeviceCommand(string device) => $"{Namespace}/{group}/DCMD/{node}/{device}";

    public static string State(string host) => $"{Namespace}/STATE/{host}";
}
