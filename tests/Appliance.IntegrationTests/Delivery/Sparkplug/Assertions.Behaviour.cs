using static Appliance.IntegrationTests.Delivery.Sparkplug.Verdict;
using Check = System.Func<Appliance.IntegrationTests.Delivery.Sparkplug.Recording, Appliance.IntegrationTests.Delivery.Sparkplug.Verdict>;

namespace Appliance.IntegrationTests.Delivery.Sparkplug;

/// <summary>What follows from what happens: changes, lost cameras, rebirths, the primary host.</summary>
internal static partial class Assertions
{
    private static void AddBehaviour(Dictionary<string, Check> checks)
    {
        checks["topics-ndata-payload"] = recording => Each(
            recording.Expected.Where(e => e is { What: "value", Device: null }), e => recording.Says(e, historical: false));
        checks["topics-ddata-payload"] = recording => Each(
            recording.Expected.Where(e => e is { What: "value", Device: not null }), e => recording.Says(e, historical: false));
        checks["operational-behavior-device-ddeath"] = recording => Each(
            recording.Expected.Where(e => e.What == "lost"),
            e => recording.Packets.Skip(e.After).First(p => p.FromNode && p.Device == e.Device).Verb == "DDEATH");

        foreach (var id in (string[])["payloads-dbirth-order", "payloads-ndata-order", "payloads-ddata-order"])
            checks[id] = recording => Each(Generations(recording), births => BirthsOfLiving(recording, births));

        // A rebirth: what the node sends after the command came in.
        checks["operational-behavior-data-commands-rebirth-action-1"] = recording => Each(
            AfterRebirthRequests(recording), sent => sent.First().Verb == "NBIRTH");
        checks["operational-behavior-data-commands-rebirth-action-2"] = recording => Each(
            AfterRebirthRequests(recording),
            sent => sent.SkipWhile(p => p.Verb != "NBIRTH").Skip(1).TakeWhile(p => p.Verb == "DBIRTH").Select(p => p.Device).ToHashSet()
                .SetEquals(["Relay Bank", "gate", "yard"]));
        checks["operational-behavior-data-commands-rebirth-action-3"] = recording => Each(
            AfterRebirthRequests(recording),
            sent => sent.First(p => p.Verb == "NBIRTH") is var birth
                && MatchesWill((recording.Connects().Single(p => p.Connection == birth.Connection), birth)));
    }

    private static void AddPrimaryHost(Dictionary<string, Check> checks)
    {
        foreach (var id in (string[])
        [
            "message-flow-edge-node-birth-publish-phid-wait",
            "message-flow-edge-node-birth-publish-phid-wait-id",
            "message-flow-edge-node-birth-publish-phid-wait-online",
            "message-flow-edge-node-birth-publish-phid-wait-timestamp",
            "operational-behavior-edge-node-birth-sequence-wait",
        ])
        {
            checks[id] = recording => Each(
                WithHost(recording).Of(s_births),
                birth => HostStates(recording, birth).IsOnline);
        }

        checks["operational-behavior-primary-application-state-with-multiple-servers-state-subs"] = recording => Each(
            BirthingConnections(WithHost(recording)), packets => SubscribesBeforeBirth(packets, $"spBv1.0/STATE/{recording.PrimaryHost}"));
        foreach (var id in (string[])
        [
            "message-flow-edge-node-birth-publish-phid-offline",
            "operational-behavior-edge-node-termination-host-offline",
        ])
        {
            checks[id] = recording => Each(HostDeaths(recording), sent => EndsAtOnce(sent));
        }

        checks["operational-behavior-edge-node-termination-host-offline-timestamp"] = recording => Each(
            recording.Expected.Where(e => e.What == "stays"),
            // The library's acknowledgement of the stale word may still be on its way.
            e => recording.Packets.Skip(e.After).First(p => p is { FromNode: true, Kind: not PacketKind.PubAck }) is { Verb: "NDATA" } data
                && recording.Packets.Take(e.After).Last(p => p is { FromNode: true, Kind: PacketKind.Connect }).Connection == data.Connection);
        checks["operational-behavior-edge-node-termination-host-offline-reconnect"] = recording => Each(
            HostDeaths(recording).Select(sent => sent[0]),
            death => recording.Packets.SkipWhile(p => p != death).First(p => p is { FromNode: true, Kind: PacketKind.Connect }).Server
                == (death.Server + 1) % Servers(recording));
        checks["operational-behavior-primary-application-state-with-multiple-servers-walk"] = recording => Each(
            WithHost(recording).Packets.Where(p => Servers(recording) > 1 && IsHostOffline(recording, p)),
            offline => recording.Packets.SkipWhile(p => p != offline).First(p => p is { FromNode: true, Kind: PacketKind.Connect }).Server
                != offline.Server);
        checks["operational-behavior-primary-application-state-with-multiple-servers-single-server"] = recording => Each(
            recording.Connects(),
            connect => recording.Packets.TakeWhile(p => p != connect).Where(p => p is { FromNode: true, Kind: PacketKind.Connect })
                .All(earlier => recording.Packets.TakeWhile(p => p != connect)
                    .Any(p => p.Kind == PacketKind.Closed && p.Connection == earlier.Connection)));
    }

    /// <summary>Every device that was alive has its birth before any data.</summary>
    private static bool BirthsOfLiving(Recording recording, IReadOnlyList<WirePacket> births)
    {
        var rest = recording.Packets.SkipWhile(p => p != births[^1]).Skip(1).Where(p => p.FromNode && p.Connection == births[0].Connection)
            .TakeWhile(p => p.Verb != "NBIRTH");
        var born = births.Select(p => p.Device).ToHashSet();
        // A birth after data is right only for a device that died in between.
        foreach (var packet in rest)
        {
            if (packet.Verb == "DBIRTH" && !born.Add(packet.Device))
                return false;
            if (packet.Verb == "DDEATH" && !born.Remove(packet.Device))
                return false;
            if (packet.Verb == "DDATA" && !born.Contains(packet.Device))
                return false;
        }

        return born.SetEquals([null, "Relay Bank", "gate", "yard"]);
    }

    private static IEnumerable<IReadOnlyList<WirePacket>> AfterRebirthRequests(Recording recording) =>
        recording.Packets.Where(p => p is { FromNode: false, Verb: "NCMD" } && p.Payload.Named(Rebirth) is { BooleanValue: true })
            .Select(command => recording.Packets.SkipWhile(p => p != command)
                .Where(p => p is { FromNode: true, Kind: PacketKind.Publish } && p.Connection == command.Connection).ToList());

    private static Recording WithHost(Recording recording) =>
        recording.PrimaryHost is null ? recording.Changed(_ => []) : recording;

    private static int Servers(Recording recording) => recording.Packets.Max(p => p.Server) + 1;

    /// <summary>What the broker of a packet's connection said of the host until then, as the specification has it judged.</summary>
    private static (bool IsOnline, long Latest) HostStates(Recording recording, WirePacket until)
    {
        var (online, latest) = (false, long.MinValue);
        foreach (var packet in recording.Packets.TakeWhile(p => p != until))
        {
            if (packet.Server != until.Server)
                continue;
            if (packet.Kind == PacketKind.Connect)
                online = false;
            if (!packet.FromNode && StateOf(packet, recording.PrimaryHost!) is { } state && state.Timestamp >= latest)
                (online, latest) = (state.Online, state.Timestamp);
        }

        return (online, latest);
    }

    private static (bool Online, long Timestamp)? StateOf(WirePacket packet, string host)
    {
        if (packet.Kind != PacketKind.Publish || packet.Topic != "spBv1.0/STATE/" + host || packet.Body.Length == 0 || packet.Body.Span[0] != (byte)'{')
            return null;

        using var json = System.Text.Json.JsonDocument.Parse(packet.Body);
        var online = json.RootElement.GetProperty("online");
        return online.ValueKind is System.Text.Json.JsonValueKind.True or System.Text.Json.JsonValueKind.False
            ? (online.GetBoolean(), json.RootElement.GetProperty("timestamp").GetInt64())
            : null;
    }

    private static bool IsHostOffline(Recording recording, WirePacket packet) =>
        !packet.FromNode && StateOf(packet, recording.PrimaryHost!) is { Online: false } state && state.Timestamp >= HostStates(recording, packet).Latest;

    /// <summary>Each valid offline of the host while the node was born, and what the node sent from there to the end of the connection.</summary>
    private static IEnumerable<IReadOnlyList<WirePacket>> HostDeaths(Recording recording)
    {
        foreach (var packet in WithHost(recording).Packets.Where(p => IsHostOffline(recording, p)))
        {
            var ofConnection = recording.Packets.Where(p => p.Connection == packet.Connection).ToList();
            if (ofConnection.TakeWhile(p => p != packet).Any(p => p.FromNode && p.Verb == "NBIRTH"))
                yield return [packet, .. ofConnection.SkipWhile(p => p != packet).Skip(1).Where(p => p.FromNode)];
        }
    }

    private static bool EndsAtOnce(IReadOnlyList<WirePacket> sent) => sent.Skip(1)
        .Where(p => p.Kind is PacketKind.Publish or PacketKind.Disconnect or PacketKind.Closed)
        .Select(p => p.Kind == PacketKind.Publish ? p.Verb : p.Kind.ToString())
        .SequenceEqual(["NDEATH", "Disconnect", "Closed"]);
}
