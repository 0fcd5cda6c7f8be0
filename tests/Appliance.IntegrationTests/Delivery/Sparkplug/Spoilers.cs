using Appliance.Delivery.Sparkplug.Protocol;

namespace Appliance.IntegrationTests.Delivery.Sparkplug;

/// <summary>A way to do it wrong. Each check must notice at least one of them, or it checks nothing.</summary>
internal sealed record Spoiler(string Name, Func<Recording, Recording> Spoil);

/// <summary>Faults that edge nodes have been seen to have, and some more.</summary>
internal static class Spoilers
{
    private static readonly string[] s_births = ["NBIRTH", "DBIRTH"];

    public static IReadOnlyList<Spoiler> All { get; } =
    [
        Messages("everything is retained", p => p with { Retain = true }),
        Messages("everything has QoS 1", p => p with { Qos = 1 }),
        Messages("another namespace", p => p with { Topic = p.Topic.Replace("spBv1.0", "spAv1.0", StringComparison.Ordinal) }),
        Messages("a wildcard as group", p => p with { Topic = p.Topic.Replace("Site 1", "+", StringComparison.Ordinal) }),
        Messages("an empty node id", p => p with { Topic = p.Topic.Replace("7F3A", "", StringComparison.Ordinal) }),
        Messages("a hash in the device id", p => p.Device is null ? p : p with { Topic = p.Topic + "#" }),
        Messages("no device id", p => p.Device is null ? p : p with { Topic = p.Topic[..p.Topic.LastIndexOf('/')] + "/" }),
        Messages("devices of another node", p => p.Device is null ? p : p with { Topic = p.Topic.Replace("7F3A", "7F3B", StringComparison.Ordinal) }),
        Messages("a device id for the node", p => p.Device is null ? p with { Topic = p.Topic + "/x" } : p),
        Messages("one device id for all", p => p.Device is null ? p : p with { Topic = p.Topic[..p.Topic.LastIndexOf('/')] + "/gate" }),
        Messages("device ids that differ by case", p => p.Device is "yard" ? p with { Topic = p.Topic[..p.Topic.LastIndexOf('/')] + "/GATE" } : p),
        Payloads("no sequence", p => p.ClearSeq()),
        Payloads("the sequence stands still", p => p.Seq = 7),
        Payloads("the sequence passes 255", p => p.Seq = 256),
        Payloads("no timestamp", p => p.ClearTimestamp()),
        Payloads("local time", p => p.Timestamp += 7_200_000),
        Messages("not a payload", p => p with { Body = new byte[] { 0xFF, 0xFF, 1 } }),
        Metrics("no names", m => m.ClearName()),
        Metrics("no aliases", m => m.ClearAlias()),
        Metrics("no names and no aliases", m => { m.ClearName(); m.ClearAlias(); }),
        Metrics("one alias for all", m => m.Alias = 1),
        Metrics("names beside aliases", m => m.Name = m.HasName ? m.Name : "x"),
        Metrics("no data types", m => m.ClearDatatype()),
        Metrics("data types everywhere", m => m.Datatype = 12),
        Metrics("a data type that does not exist", m => m.Datatype = 99),
        Metrics("no values", m => m.ClearValue()),
        Metrics("null beside values", m => m.IsNull = true),
        Metrics("no metric timestamps", m => m.ClearTimestamp()),
        Metrics("metric timestamps in local time", m => m.Timestamp += 7_200_000),
        Metrics("names in one case", m => m.Name = m.HasName ? "a" : ""),
        Metrics("a rebirth metric that is true", m => { if (m.Name == "Node Control/Rebirth") m.BooleanValue = true; }),
        Metrics("a rebirth metric that is a number", m => { if (m.Name == "Node Control/Rebirth") m.Datatype = 3; }),
        Metrics("properties without values", m => m.Properties?.Values.Clear()),
        Metrics("properties without types", m => { if (m.Properties is not null) foreach (var v in m.Properties.Values) v.ClearType(); }),
        Metrics("properties of a type that does not exist", m => { if (m.Properties is not null) foreach (var v in m.Properties.Values) v.Type = 99; }),
        Metrics("property values of another type", m => { if (m.Properties is not null) foreach (var v in m.Properties.Values) v.StringValue = "x"; }),
        Payloads("times that go back", p =>
        {
            for (var i = 0; i < p.Metrics.Count; i++)
                p.Metrics[i].Timestamp -= (ulong)i;
            if (p.Metrics.Count == 1)
                p.Metrics.Add(new Metric(p.Metrics[0]) { Timestamp = p.Metrics[0].Timestamp - 1 });
        }),
        Births("the births leave a metric out", p => p.Metrics.RemoveAt(p.Metrics.Count - 1)),
        Births("the births leave most out", p =>
        {
            while (p.Metrics.Count > 1)
                p.Metrics.RemoveAt(p.Metrics.Count - 1);
        }),
        Births("another bdSeq in the birth", p => { if (p.Named("bdSeq") is { } m) m.LongValue += 1; }),
        Deaths("a death with more metrics", p => p.Metrics.Add(new Metric { Name = "x" })),
        Deaths("a death with a sequence", p => p.Seq = 3),
        Drop("no births of devices", p => p.Verb == "DBIRTH"),
        Drop("no birth of the node", p => p.Verb == "NBIRTH"),
        Drop("no deaths of devices", p => p.Verb == "DDEATH"),
        Drop("no data", p => p.Verb is "NDATA" or "DDATA"),
        Drop("no death of the node", p => p.Verb == "NDEATH"),
        Drop("no CONNACK", p => p.Kind == PacketKind.ConnAck),
        Drop("no farewell", p => p.Kind == PacketKind.Disconnect),
        Drop("connections that overlap", p => p.Kind == PacketKind.Closed),
        Drop("the host never was online", p => !p.FromNode && p.Topic.StartsWith("spBv1.0/STATE/", StringComparison.Ordinal) && !p.Body.Span.IndexOf("true"u8).Equals(-1)),
        Packets("an old session", p => p.Connect is { } c ? p with { Connect = c with { Clean = false } } : p),
        Packets("a session that outlives the connection", p => p.Connect is { } c ? p with { Connect = c with { SessionExpiry = 60 } } : p),
        Packets("no Will", p => p.Connect is { } c ? p with { Connect = c with { HasWill = false, WillPayload = [], WillTopic = "" } } : p),
        Packets("a Will elsewhere", p => p.Connect is { } c ? p with { Connect = c with { WillTopic = "x" } } : p),
        Packets("a Will of QoS 0", p => p.Connect is { } c ? p with { Connect = c with { WillQos = 0 } } : p),
        Packets("a retained Will", p => p.Connect is { } c ? p with { Connect = c with { WillRetain = true } } : p),
        Packets("subscriptions of QoS 0", p => p with { Filters = [.. p.Filters.Select(f => (f.Filter, 0))] }),
        Packets("a farewell that keeps the Will back", p => p.Kind == PacketKind.Disconnect ? p with { Reason = 0 } : p),
        Packets("a plain reconnect", p => p.Connection == 1 && p.Connect is { } c ? p with { Connect = c with { WillPayload = [] } } : p),
        Packets("always the same server", p => p with { Server = p.FromNode && p.Kind == PacketKind.Connect ? 1 - p.Server : p.Server }),
        Order("data before births", packets => packets.OrderBy(p => p.FromNode && p.Verb is "NDATA" or "DDATA" ? 0 : 1)),
        Order("everything twice", packets => packets.SelectMany(p => p.FromNode && p.Kind == PacketKind.Publish ? [p, p] : new[] { p })),
        Order("a node that lives on without its host", packets => packets.SelectMany(p => p is { FromNode: true, Verb: "NDEATH" }
            ? [Data(packets) with { Connection = p.Connection }, p] : new[] { p })),
        Order("a node that leaves at a stale word", packets => packets.Where(p => !(p.FromNode && p.Verb == "NDATA"))),
        Order("data between a rebirth request and the birth", packets => packets.SelectMany(p => p is { FromNode: false, Verb: "NCMD" }
            ? [p, Data(packets) with { Connection = p.Connection }] : new[] { p })),
    ];

    /// <summary>Some data of the recording, or a birth that goes for it.</summary>
    private static WirePacket Data(IReadOnlyList<WirePacket> packets) =>
        packets.FirstOrDefault(p => p.FromNode && p.Verb == "NDATA")
        ?? packets.First(p => p.FromNode && p.Verb == "NBIRTH") with { Topic = "spBv1.0/Site 1/NDATA/7F3A" };

    private static Spoiler Packets(string name, Func<WirePacket, WirePacket> change) =>
        new(name, recording => recording.Changed(packets => packets.Select(change)));

    private static Spoiler Messages(string name, Func<WirePacket, WirePacket> change) =>
        Packets(name, p => p.FromNode && p.Kind == PacketKind.Publish ? change(p) : p);

    private static Spoiler Payloads(string name, Action<Payload> change) => Messages(name, p => p.With(change));

    private static Spoiler Metrics(string name, Action<Metric> change) => Payloads(name, p =>
    {
        foreach (var metric in p.Metrics)
            change(metric);
    });

    private static Spoiler Births(string name, Action<Payload> change) =>
        Messages(name, p => s_births.Contains(p.Verb) ? p.With(change) : p);

    private static Spoiler Deaths(string name, Action<Payload> change) =>
        Messages(name, p => p.Verb == "NDEATH" ? p.With(change) : p);

    private static Spoiler Drop(string name, Func<WirePacket, bool> what) =>
        new(name, recording => recording.Changed(packets => packets.Where(p => !what(p))));

    private static Spoiler Order(string name, Func<IReadOnlyList<WirePacket>, IEnumerable<WirePacket>> change) =>
        new(name, recording => recording.Changed(change));
}
