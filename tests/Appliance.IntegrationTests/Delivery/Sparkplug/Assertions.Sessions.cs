using static Appliance.IntegrationTests.Delivery.Sparkplug.Verdict;
using Check = System.Func<Appliance.IntegrationTests.Delivery.Sparkplug.Recording, Appliance.IntegrationTests.Delivery.Sparkplug.Verdict>;

namespace Appliance.IntegrationTests.Delivery.Sparkplug;

/// <summary>CONNECT, Will, subscriptions, births first, deaths, farewells, bdSeq.</summary>
internal static partial class Assertions
{
    private static readonly string s_death = $"spBv1.0/{Group}/NDEATH/{Node}";
    private static readonly string s_commands = $"spBv1.0/{Group}/NCMD/{Node}";

    private static void AddSessions(Dictionary<string, Check> checks)
    {
        const string Will = "message-flow-edge-node-birth-publish-will-message";
        foreach (var id in (string[])[Will, "payloads-ndeath-will-message"])
            checks[id] = recording => Each(recording.Connects(), p => p.Connect!.HasWill && p.Connect.WillTopic == s_death);
        checks[Will + "-topic"] = recording => Each(recording.Connects(), p => p.Connect!.WillTopic == s_death);
        checks[Will + "-payload"] = recording => Each(recording.Connects(), p => p.Connect!.Will() is { Metrics.Count: > 0 });
        checks[Will + "-payload-bdSeq"] = recording => Each(Connections(recording), IsNextBirthDeath);
        foreach (var id in (string[])[Will + "-qos", "payloads-ndeath-will-message-qos"])
            checks[id] = recording => Each(recording.Connects(), p => p.Connect!.WillQos == 1);
        foreach (var id in (string[])[Will + "-will-retained", "payloads-ndeath-will-message-retain"])
            checks[id] = recording => Each(recording.Connects(), p => p.Connect is { HasWill: true, WillRetain: false });

        checks["principles-persistence-clean-session-311"] = recording =>
            Each(recording.Connects().Where(p => p.Connect!.Level == 4), p => p.Connect!.Clean);
        checks["principles-persistence-clean-session-50"] = recording =>
            Each(recording.Connects().Where(p => p.Connect!.Level == 5), p => p.Connect is { Clean: true, SessionExpiry: 0 });

        checks["message-flow-edge-node-ncmd-subscribe"] = recording => Each(
            BirthingConnections(recording), packets => SubscribesBeforeBirth(packets, s_commands));
        checks["message-flow-device-dcmd-subscribe"] = recording => Each(
            BirthingConnections(recording), packets => SubscribesBeforeBirth(packets, $"spBv1.0/{Group}/DCMD/{Node}/Relay Bank"));
        checks["message-flow-edge-node-birth-publish-connect"] = recording => Each(
            recording.Of(s_births),
            birth => recording.Packets.TakeWhile(p => p != birth)
                .Any(p => p.Connection == birth.Connection && p is { Kind: PacketKind.ConnAck, Reason: 0 }));
        checks["principles-birth-certificates-order"] = recording => Each(
            recording.Connections().Select(packets => packets.FirstOrDefault(p => p is { FromNode: true, Kind: PacketKind.Publish })).OfType<WirePacket>(),
            first => first.Verb == "NBIRTH");
        checks["message-flow-device-birth-publish-nbirth-wait"] = recording => Each(
            recording.Of("DBIRTH"),
            birth => recording.Packets.TakeWhile(p => p != birth).Any(p => p.Connection == birth.Connection && p is { FromNode: true, Verb: "NBIRTH" }));

        // bdSeq.
        foreach (var id in (string[])["topics-nbirth-bdseq-included", "payloads-nbirth-bdseq"])
            checks[id] = Messages("NBIRTH", p => p.Payload.BirthDeath() is not null);
        foreach (var id in (string[])["topics-nbirth-bdseq-matching", "payloads-nbirth-bdseq-repeat", "payloads-ndeath-bdseq"])
            checks[id] = recording => Each(BirthsWithConnect(recording), MatchesWill);
        checks["message-flow-edge-node-birth-publish-nbirth-payload-bdSeq"] = recording => Each(
            BirthsWithConnect(recording), pair => MatchesWill(pair) && pair.Birth.Payload.Named("bdSeq")!.Datatype == 4);
        checks["topics-nbirth-bdseq-increment"] = recording => Each(Connections(recording), IsNextBirthDeath);

        // NDEATH.
        checks["topics-ndeath-payload"] = recording => Deaths(recording, payload => payload is { Metrics.Count: 1 } && payload.BirthDeath() is not null);
        foreach (var id in (string[])["topics-ndeath-seq", "payloads-ndeath-seq"])
            checks[id] = recording => Deaths(recording, payload => payload is { HasSeq: false });
        foreach (var id in (string[])
        [
            "operational-behavior-edge-node-intentional-disconnect-ndeath", "payloads-ndeath-will-message-publisher",
        ])
        {
            checks[id] = recording => Each(Farewells(recording), packets => DeathOf(packets) is not null);
        }

        checks["operational-behavior-edge-node-intentional-disconnect-packet"] = recording => Each(
            Farewells(recording),
            packets => packets.Where(p => p is { FromNode: true, Kind: PacketKind.Publish or PacketKind.Disconnect }).TakeLast(2)
                .Select(p => p.Kind == PacketKind.Disconnect ? "DISCONNECT" : p.Verb).SequenceEqual(["NDEATH", "DISCONNECT"]));
        checks["payloads-ndeath-will-message-publisher-disconnect-mqtt311"] = recording => Each(
            Farewells(recording).Where(packets => packets[0].Connect?.Level == 4),
            packets => DeathOf(packets) is { } death && packets.ToList().IndexOf(death) < packets.ToList().FindIndex(p => p.Kind == PacketKind.Disconnect));
        checks["payloads-ndeath-will-message-publisher-disconnect-mqtt50"] = recording => Each(
            recording.Packets.Where(p => p is { FromNode: true, Kind: PacketKind.Disconnect }
                && recording.Connects().Single(c => c.Connection == p.Connection).Connect!.Level == 5),
            p => p.Reason == 4);
    }

    private static Verdict Deaths(Recording recording, Func<Appliance.Delivery.Sparkplug.Protocol.Payload?, bool> holds) =>
        Each(recording.Of("NDEATH"), p => holds(p.Payload)) + Each(recording.Connects(), p => holds(p.Connect!.Will()));

    private static bool SubscribesBeforeBirth(IReadOnlyList<WirePacket> packets, string filter) =>
        packets.TakeWhile(p => p.Verb != "NBIRTH").Any(p => p.Filters.Contains((filter, 1)));

    private static IEnumerable<IReadOnlyList<WirePacket>> BirthingConnections(Recording recording) =>
        recording.Connections().Where(packets => packets.Any(p => p is { FromNode: true, Verb: "NBIRTH" }));

    /// <summary>Connections after births that the node ends itself.</summary>
    private static IEnumerable<IReadOnlyList<WirePacket>> Farewells(Recording recording) =>
        BirthingConnections(recording).Where(packets => packets.Any(p => p is { FromNode: true, Kind: PacketKind.Disconnect }));

    private static WirePacket? DeathOf(IReadOnlyList<WirePacket> packets) => packets.LastOrDefault(p => p is { FromNode: true, Verb: "NDEATH" });

    private static IEnumerable<(WirePacket? Before, WirePacket Connect)> Connections(Recording recording)
    {
        WirePacket? before = null;
        foreach (var connect in recording.Connects())
        {
            yield return (before, connect);
            before = connect;
        }
    }

    /// <summary>The first of a recording says nothing about the one before it: NodeMemoryTests show that a new box begins with 0.</summary>
    private static bool IsNextBirthDeath((WirePacket? Before, WirePacket Connect) step)
    {
        var metric = step.Connect.Connect!.Will().Named("bdSeq")!;
        return metric is { Datatype: 4, LongValue: <= 255 }
            && (step.Before is null || metric.LongValue == (step.Before.Connect!.Will().BirthDeath()!.Value + 1) % 256);
    }

    private static IEnumerable<(WirePacket Connect, WirePacket Birth)> BirthsWithConnect(Recording recording) =>
        recording.Of("NBIRTH").Select(birth => (recording.Connects().Single(p => p.Connection == birth.Connection), birth));

    private static bool MatchesWill((WirePacket Connect, WirePacket Birth) pair) =>
        pair.Birth.Payload.BirthDeath() is { } number && number == pair.Connect.Connect!.Will().BirthDeath();
}
