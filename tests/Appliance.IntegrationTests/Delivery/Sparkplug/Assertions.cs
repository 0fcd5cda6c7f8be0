using System.Text;
using Appliance.Delivery.Sparkplug.Protocol;
using static Appliance.IntegrationTests.Delivery.Sparkplug.Verdict;
using Check = System.Func<Appliance.IntegrationTests.Delivery.Sparkplug.Recording, Appliance.IntegrationTests.Delivery.Sparkplug.Verdict>;

namespace Appliance.IntegrationTests.Delivery.Sparkplug;

/// <summary>
/// The assertions on edge nodes of the Sparkplug 3.0 specification, by their ids (without <c>tck-id-</c>), as checks over a recording
/// of the wire. Written from what each demands; nothing is taken from the TCK.
/// </summary>
internal static partial class Assertions
{
    private const string Group = "Site 1";
    private const string Node = "7F3A";

    // A minute is more than any test takes and less than any time zone is off.
    private static readonly TimeSpan s_now = TimeSpan.FromMinutes(1);

    private static readonly string[] s_nodeVerbs = ["NBIRTH", "NDATA", "NDEATH"];
    private static readonly string[] s_deviceVerbs = ["DBIRTH", "DDATA", "DDEATH"];
    private static readonly string[] s_births = ["NBIRTH", "DBIRTH"];
    private static readonly string[] s_data = ["NDATA", "DDATA"];
    private static readonly string[] s_sequenced = ["NBIRTH", "DBIRTH", "NDATA", "DDATA", "DDEATH"];
    private static readonly string[] s_all = [.. s_nodeVerbs, .. s_deviceVerbs];

    /// <summary>Id → check.</summary>
    public static IReadOnlyDictionary<string, Check> All { get; } = Build();

    private static Dictionary<string, Check> Build()
    {
        var checks = new Dictionary<string, Check>(StringComparer.Ordinal);
        AddTopics(checks);
        AddEnvelopes(checks);
        AddSessions(checks);
        AddMetrics(checks);
        AddBehaviour(checks);
        AddPrimaryHost(checks);
        return checks;
    }

    private static Check Messages(string verb, Func<WirePacket, bool> holds) => recording => Each(recording.Of(verb), holds);

    private static Check Messages(string[] verbs, Func<WirePacket, bool> holds) => recording => Each(recording.Of(verbs), holds);

    private static void AddTopics(Dictionary<string, Check> checks)
    {
        var published = (Recording recording) => recording.Packets.Where(p => p is { FromNode: true, Kind: PacketKind.Publish });
        checks["topic-structure"] = recording => Each(
            published(recording),
            p => p.Topic.Split('/') is [_, Group, var verb, Node] && s_nodeVerbs.Contains(verb)
                || p.Topic.Split('/') is [_, Group, var deviceVerb, Node, _] && s_deviceVerbs.Contains(deviceVerb));
        checks["topic-structure-namespace-a"] = recording => Each(
            published(recording), p => p.Topic.StartsWith("spBv1.0/", StringComparison.Ordinal));
        foreach (var (part, ids) in new (int, string[])[]
        {
            (1, ["topic-structure-namespace-valid-group-id", "intro-group-id-string", "intro-group-id-chars"]),
            (3, ["topic-structure-namespace-valid-edge-node-id", "intro-edge-node-id-string", "intro-edge-node-id-chars"]),
        })
        {
            foreach (var id in ids)
                checks[id] = recording => Each(published(recording), p => p.Topic.Split('/') is var parts && parts.Length is 4 or 5 && IsId(parts[part]));
        }

        foreach (var id in (string[])["topic-structure-namespace-valid-device-id", "intro-device-id-string", "intro-device-id-chars"])
            checks[id] = Messages(s_deviceVerbs, p => p.Topic.Split('/') is [_, _, _, _, var device] && IsId(device));
        checks["topic-structure-namespace-device-id-associated-message-types"] = Messages(s_deviceVerbs, p => p.Device is { Length: > 0 });
        checks["topic-structure-namespace-device-id-non-associated-message-types"] =
            Messages(s_nodeVerbs, p => p.Topic.Split('/').Length == 4);
        checks["topic-structure-namespace-unique-device-id"] = recording => Each(
            Generations(recording), births => births.Select(p => p.Device).Distinct().Count() == births.Count);
        checks["case-sensitivity-sparkplug-ids"] = recording => Each(
            Generations(recording),
            births => births.Select(p => p.Device?.ToLowerInvariant()).Distinct().Count() == births.Select(p => p.Device).Distinct().Count()
                && births.Select(p => p.Topic.Split('/')[1].ToLowerInvariant()).Distinct().Count() == 1);
        checks["case-sensitivity-metric-names"] = Messages(
            s_births, p => p.Payload!.Metrics.Select(m => m.Name.ToLowerInvariant()).Distinct().Count() == p.Payload.Metrics.Count);

        foreach (var (id, verb) in new[]
        {
            ("topics-nbirth-topic", "NBIRTH"), ("topics-ndata-topic", "NDATA"), ("topics-ndeath-topic", "NDEATH"),
            ("message-flow-edge-node-birth-publish-nbirth-topic", "NBIRTH"),
        })
        {
            checks[id] = Messages(verb, p => p.Topic == $"spBv1.0/{Group}/{verb}/{Node}");
        }

        foreach (var (id, verb) in new[]
        {
            ("topics-dbirth-topic", "DBIRTH"), ("topics-ddata-topic", "DDATA"), ("topics-ddeath-topic", "DDEATH"),
            ("message-flow-device-birth-publish-dbirth-topic", "DBIRTH"),
        })
        {
            checks[id] = Messages(verb, p => p.Topic == $"spBv1.0/{Group}/{verb}/{Node}/{p.Device}" && p.Device is { Length: > 0 });
        }

        checks["message-flow-device-birth-publish-dbirth-match-edge-node-topic"] = recording => Each(
            recording.Connections().SelectMany(packets => packets.Where(p => p.FromNode && p.Verb == "DBIRTH").Select(p => (packets, p))),
            pair => pair.packets.TakeWhile(p => p != pair.p).Last(p => p.Verb == "NBIRTH").Topic.Split('/') is [_, var group, _, var node]
                && pair.p.Topic.Split('/') is [_, var sameGroup, _, var sameNode, _] && group == sameGroup && node == sameNode);
    }

    /// <summary>QoS, retain flag, timestamp and encoding of each kind of message.</summary>
    private static void AddEnvelopes(Dictionary<string, Check> checks)
    {
        foreach (var verb in (string[])["NBIRTH", "DBIRTH", "NDATA", "DDATA", "DDEATH"])
        {
            var word = verb.ToLowerInvariant();
            checks[$"topics-{word}-mqtt"] = Messages(verb, p => p is { Qos: 0, Retain: false });
            if (verb != "DDEATH")
            {
                checks[$"payloads-{word}-qos"] = Messages(verb, p => p.Qos == 0);
                checks[$"payloads-{word}-retain"] = Messages(verb, p => !p.Retain);
                checks[$"topics-{word}-timestamp"] = Messages(verb, p => IsNow(p));
            }

            checks[$"payloads-{word}-timestamp"] = Messages(verb, p => IsNow(p));
        }

        checks["payloads-timestamp-in-UTC"] = Messages(s_all, IsNow);
        checks["message-flow-edge-node-birth-publish-nbirth-qos"] = Messages("NBIRTH", p => p.Qos == 0);
        checks["message-flow-edge-node-birth-publish-nbirth-retained"] = Messages("NBIRTH", p => !p.Retain);
        checks["message-flow-edge-node-birth-publish-nbirth-payload"] = Messages("NBIRTH", IsPayload);
        checks["message-flow-device-birth-publish-dbirth-qos"] = Messages("DBIRTH", p => p.Qos == 0);
        checks["message-flow-device-birth-publish-dbirth-retained"] = Messages("DBIRTH", p => !p.Retain);
        checks["message-flow-device-birth-publish-dbirth-payload"] = Messages("DBIRTH", IsPayload);

        // Sequence numbers.
        checks["topics-nbirth-seq-num"] = Messages("NBIRTH", p => p.Payload is { HasSeq: true, Seq: 0 });
        checks["payloads-sequence-num-always-included"] = Messages(s_sequenced, p => p.Payload!.HasSeq);
        foreach (var id in (string[])
        [
            "payloads-sequence-num-req-nbirth", "payloads-nbirth-seq", "message-flow-edge-node-birth-publish-nbirth-payload-seq",
        ])
        {
            checks[id] = Messages("NBIRTH", p => p.Payload is { HasSeq: true, Seq: <= 255 });
        }

        checks["payloads-sequence-num-incrementing"] = recording => Each(Steps(recording, s_sequenced), IsNext);
        foreach (var verb in (string[])["DBIRTH", "NDATA", "DDATA", "DDEATH"])
        {
            var word = verb.ToLowerInvariant();
            checks[verb == "DBIRTH" ? "topics-dbirth-seq" : $"topics-{word}-seq-num"] = recording => Each(Steps(recording, [verb]), IsNext);
            checks[$"payloads-{word}-seq"] = Messages(verb, p => p.Payload!.HasSeq);
            checks[$"payloads-{word}-seq-inc"] = recording => Each(Steps(recording, [verb]), IsNext);
        }

        checks["payloads-ddeath-seq-number"] = Messages("DDEATH", p => p.Payload!.HasSeq);
        checks["message-flow-device-birth-publish-dbirth-payload-seq"] = recording => Each(Steps(recording, ["DBIRTH"]), IsNext);
    }

    private static bool IsId(string text) => text.Length > 0 && text.IndexOfAny(['+', '/', '#', '\0', '\uFFFD']) < 0;

    private static bool IsPayload(WirePacket packet) => packet.Payload is { HasTimestamp: true } payload && payload.Metrics.Count > 0;

    private static bool IsNow(WirePacket packet) =>
        packet.Payload is { HasTimestamp: true } payload && IsWithin(packet.At, payload.Timestamp, s_now, s_now);

    private static bool IsWithin(DateTimeOffset at, ulong milliseconds, TimeSpan before, TimeSpan after)
    {
        var off = (long)milliseconds - at.ToUnixTimeMilliseconds();
        return off >= -before.TotalMilliseconds && off <= after.TotalMilliseconds;
    }

    /// <summary>Messages of these kinds, each with the sequenced message before it in its connection.</summary>
    private static IEnumerable<(WirePacket? Before, WirePacket Message)> Steps(Recording recording, string[] verbs)
    {
        foreach (var messages in recording.Sequences())
        {
            for (var i = 0; i < messages.Count; i++)
            {
                if (verbs.Contains(messages[i].Verb))
                    yield return (i > 0 ? messages[i - 1] : null, messages[i]);
            }
        }
    }

    private static bool IsNext((WirePacket? Before, WirePacket Message) step)
    {
        var payload = step.Message.Payload!;
        if (step.Message.Verb == "NBIRTH")
            return payload is { HasSeq: true, Seq: 0 };
        return step.Before is not null && payload.HasSeq && payload.Seq == (step.Before.Payload!.Seq + 1) % 256;
    }

    /// <summary>The births that follow each NBIRTH without anything else in between.</summary>
    private static IEnumerable<IReadOnlyList<WirePacket>> Generations(Recording recording)
    {
        foreach (var messages in recording.Sequences())
        {
            for (var i = 0; i < messages.Count; i++)
            {
                if (messages[i].Verb == "NBIRTH")
                    yield return [messages[i], .. messages.Skip(i + 1).TakeWhile(p => p.Verb == "DBIRTH")];
            }
        }
    }
}
