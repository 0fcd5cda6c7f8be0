using Appliance.Delivery.Sparkplug.Protocol;

namespace Appliance.IntegrationTests.Delivery.Sparkplug;

/// <summary>A recording as the assertions speak of it.</summary>
internal static class Readings
{
    public static IEnumerable<WirePacket> Of(this Recording recording, params string[] verbs) =>
        recording.Packets.Where(packet => packet.FromNode && verbs.Contains(packet.Verb));

    public static IEnumerable<WirePacket> Connects(this Recording recording) =>
        recording.Packets.Where(packet => packet is { FromNode: true, Kind: PacketKind.Connect });

    /// <summary>Packets of each connection, in order.</summary>
    public static IEnumerable<IReadOnlyList<WirePacket>> Connections(this Recording recording) =>
        recording.Packets.GroupBy(packet => packet.Connection).Select(packets => packets.ToList());

    /// <summary>Messages of each connection that carry a sequence number, or should.</summary>
    public static IEnumerable<IReadOnlyList<WirePacket>> Sequences(this Recording recording) =>
        recording.Connections().Select(packets => packets
            .Where(packet => packet.FromNode && packet.Verb is "NBIRTH" or "DBIRTH" or "NDATA" or "DDATA" or "DDEATH").ToList());

    /// <summary>Births and data in pairs: each of the latter with the birth of its source before it (null: none).</summary>
    public static IEnumerable<(WirePacket? Birth, WirePacket Data)> DataWithBirths(this Recording recording)
    {
        foreach (var connection in recording.Connections())
        {
            var births = new Dictionary<string, WirePacket>();
            foreach (var packet in connection.Where(packet => packet.FromNode))
            {
                var source = packet.Device ?? "";
                if (packet.Verb is "NBIRTH" or "DBIRTH")
                    births[source] = packet;
                else if (packet.Verb is "NDATA" or "DDATA")
                    yield return (births.GetValueOrDefault(source), packet);
            }
        }
    }

    /// <summary>The metric of the birth that a metric of data stands for; null: none.</summary>
    public static Metric? In(this Metric metric, WirePacket? birth) => birth?.Payload?.Metrics.FirstOrDefault(known =>
        metric.HasName ? known.Name == metric.Name : metric.HasAlias && known.HasAlias && known.Alias == metric.Alias);

    public static object? Value(this Metric metric) => metric.ValueCase switch
    {
        Metric.ValueOneofCase.None => null,
        Metric.ValueOneofCase.IntValue => (long)(int)metric.IntValue,
        Metric.ValueOneofCase.LongValue => (long)metric.LongValue,
        Metric.ValueOneofCase.DoubleValue => metric.DoubleValue,
        Metric.ValueOneofCase.BooleanValue => metric.BooleanValue,
        Metric.ValueOneofCase.StringValue => metric.StringValue,
        _ => metric.ValueCase,
    };

    public static Metric? Named(this Payload? payload, string name) => payload?.Metrics.FirstOrDefault(metric => metric.Name == name);

    public static ulong? BirthDeath(this Payload? payload) => payload.Named("bdSeq") is { HasLongValue: true } metric ? metric.LongValue : null;

    public static Payload? Will(this ConnectFields connect)
    {
        try
        {
            return Payload.Parser.ParseFrom(connect.WillPayload);
        }
        catch (Google.Protobuf.InvalidProtocolBufferException)
        {
            return null;
        }
    }

    /// <summary>Whether a value of data follows: same source, metric and value, of the past or not, after a place.</summary>
    public static bool Says(this Recording recording, Expectation expected, bool historical)
    {
        var place = 0;
        var births = new Dictionary<(int, string), WirePacket>();
        foreach (var packet in recording.Packets)
        {
            var source = (packet.Connection, packet.Device ?? "");
            var isBirth = packet.FromNode && packet.Verb is "NBIRTH" or "DBIRTH";
            if (isBirth)
                births[source] = packet;
            if (place++ < expected.After || !packet.FromNode || packet.Device != expected.Device || packet.Verb is not ("NDATA" or "DDATA"))
                continue;

            foreach (var metric in packet.Payload?.Metrics ?? [])
            {
                if (metric.IsHistorical == historical && metric.In(births.GetValueOrDefault(source))?.Name == expected.Metric
                    && Equals(metric.Value(), expected.Value))
                {
                    return true;
                }
            }
        }

        return false;
    }
}
