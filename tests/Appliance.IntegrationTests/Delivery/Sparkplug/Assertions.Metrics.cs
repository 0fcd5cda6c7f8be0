using Appliance.Delivery.Sparkplug.Protocol;
using static Appliance.IntegrationTests.Delivery.Sparkplug.Verdict;
using Check = System.Func<Appliance.IntegrationTests.Delivery.Sparkplug.Recording, Appliance.IntegrationTests.Delivery.Sparkplug.Verdict>;

namespace Appliance.IntegrationTests.Delivery.Sparkplug;

/// <summary>What births and data say of their metrics.</summary>
internal static partial class Assertions
{
    private const string Rebirth = "Node Control/Rebirth";

    private static void AddMetrics(Dictionary<string, Check> checks)
    {
        foreach (var verb in s_births)
        {
            var word = verb.ToLowerInvariant();
            checks[$"topics-{word}-metrics"] = recording => Each(Metrics(recording, verb), m => m.HasName && m.HasDatatype && HasValueOrNull(m));
            checks[$"operational-behavior-data-publish-{word}-values"] = recording => Each(Metrics(recording, verb), HasValueOrNull);
            foreach (var id in (string[])[$"topics-{word}-metric-reqs", $"operational-behavior-data-publish-{word}"])
            {
                checks[id] = recording => Each(
                    recording.DataWithBirths().Where(pair => pair.Data.Verb[0] == verb[0])
                        .SelectMany(pair => pair.Data.Payload!.Metrics.Select(metric => (pair.Birth, metric))),
                    pair => pair.metric.In(pair.Birth) is not null);
            }

            checks[$"operational-behavior-data-publish-{word}-order"] = Messages(
                verb == "NBIRTH" ? ["NBIRTH", "NDATA"] : ["DBIRTH", "DDATA"],
                p => p.Payload!.Metrics.Where(m => !m.IsHistorical).Select(m => m.Timestamp).ToArray() is var times
                    && times.SequenceEqual(times.Order()));
            checks[$"operational-behavior-data-publish-{word}-change"] = recording => Each(
                Reports(recording).Where(report => report.Data.Verb[0] == verb[0]), report => !Equals(report.Before, report.Metric.Value()));
        }

        checks["principles-rbe-recommended"] = recording => Each(Reports(recording), report => !Equals(report.Before, report.Metric.Value()));
        checks["payloads-name-requirement"] = recording => Each(
            Metrics(recording, s_births), m => m is { HasName: true, Name.Length: > 0 })
            + Each(Metrics(recording, s_data), m => m is { HasName: true, Name.Length: > 0 } or { HasName: false, HasAlias: true });
        checks["payloads-name-birth-data-requirement"] = recording => Each(Metrics(recording, [.. s_births, .. s_data]), m => m.HasTimestamp);
        checks["payloads-metric-timestamp-in-UTC"] = recording => Each(
            recording.Of([.. s_births, .. s_data]).SelectMany(p => p.Payload!.Metrics.Select(metric => (p.At, metric))),
            // The past of a scenario is minutes old.
            pair => IsWithin(pair.At, pair.metric.Timestamp, pair.metric.IsHistorical ? TimeSpan.FromMinutes(30) : s_now, s_now));
        checks["payloads-metric-datatype-req"] = recording => Each(Metrics(recording, s_births), m => m.HasDatatype);
        checks["payloads-metric-datatype-not-req"] = recording => Each(Metrics(recording, s_data), m => !m.HasDatatype);
        checks["payloads-metric-datatype-value"] = recording => Each(Metrics(recording, s_births), m => m.Datatype is >= 1 and <= 34 and not (20 or 21));
        checks["payloads-metric-datatype-value-type"] = recording => Each(Metrics(recording, s_births), m => m.HasDatatype && FitsType(m));
        checks["topics-nbirth-rebirth-metric"] = Messages("NBIRTH", p => p.Payload.Named(Rebirth) is { Datatype: 11, HasBooleanValue: true, BooleanValue: false });
        checks["payloads-nbirth-rebirth-req"] = checks["topics-nbirth-rebirth-metric"];
        checks["operational-behavior-data-commands-rebirth-name"] = Messages("NBIRTH", p => p.Payload.Named(Rebirth) is not null);
        checks["operational-behavior-data-commands-rebirth-datatype"] = Messages("NBIRTH", p => p.Payload.Named(Rebirth)!.Datatype == 11);
        checks["operational-behavior-data-commands-rebirth-value"] = Messages(
            "NBIRTH", p => p.Payload.Named(Rebirth) is { HasBooleanValue: true, BooleanValue: false });

        // Aliases: only where the births have any.
        checks["operational-behavior-data-commands-rebirth-name-aliases"] = recording => Each(
            recording.Of("NBIRTH").Where(HasAliases), p => !p.Payload.Named(Rebirth)!.HasAlias);
        checks["payloads-alias-birth-requirement"] = recording => Each(
            recording.Of(s_births).Where(HasAliases).SelectMany(p => p.Payload!.Metrics).Where(m => m.Name != Rebirth),
            m => m is { HasName: true, HasAlias: true });
        checks["payloads-alias-data-cmd-requirement"] = recording => Each(
            recording.DataWithBirths().Where(pair => HasAliases(pair.Birth)).SelectMany(pair => pair.Data.Payload!.Metrics),
            m => m is { HasName: false, HasAlias: true });
        checks["payloads-alias-uniqueness"] = recording => Each(
            Generations(recording).Where(births => HasAliases(births[0])),
            births => births.SelectMany(p => p.Payload!.Metrics).Where(m => m.HasAlias).Select(m => m.Alias).ToList() is var aliases
                && aliases.Distinct().Count() == aliases.Count);

        // Properties: the births say of controls whether they may be written.
        foreach (var id in (string[])["payloads-propertyset-keys-array-size", "payloads-propertyset-values-array-size"])
            checks[id] = recording => Each(Properties(recording), set => set.Keys.Count > 0 && set.Keys.Count == set.Values.Count);
        var values = (Recording recording) => Properties(recording).SelectMany(set => set.Values);
        checks["payloads-metric-propertyvalue-type-req"] = recording => Each(values(recording), value => value.HasType);
        checks["payloads-metric-propertyvalue-type-type"] = recording => Each(
            values(recording), value => value.HasType && (value.Type != 11 || value.ValueCase == PropertyValue.ValueOneofCase.BooleanValue));
        checks["payloads-metric-propertyvalue-type-value"] = recording => Each(values(recording), value => value.Type is >= 1 and <= 14 or 20 or 21);
    }

    private static IEnumerable<Metric> Metrics(Recording recording, params string[] verbs) => recording.Of(verbs).SelectMany(p => p.Payload!.Metrics);

    private static IEnumerable<PropertySet> Properties(Recording recording) =>
        Metrics(recording, s_births).Where(m => m.Properties is not null).Select(m => m.Properties);

    private static bool HasAliases(WirePacket? birth) => birth?.Payload?.Metrics.Any(m => m.HasAlias) == true;

    private static bool HasValueOrNull(Metric metric) =>
        metric is { HasIsNull: true, IsNull: true } ? metric.ValueCase == Metric.ValueOneofCase.None : metric.ValueCase != Metric.ValueOneofCase.None;

    private static bool FitsType(Metric metric) => metric.IsNull || metric.Datatype switch
    {
        3 => metric.HasIntValue,
        4 => metric.HasLongValue,
        10 => metric.HasDoubleValue,
        11 => metric.HasBooleanValue,
        12 => metric.HasStringValue,
        _ => false,
    };

    /// <summary>Live values of data, each with the value that was last reported of its metric in the session.</summary>
    private static IEnumerable<(WirePacket Data, Metric Metric, object? Before)> Reports(Recording recording)
    {
        foreach (var connection in recording.Connections())
        {
            var births = new Dictionary<string, WirePacket>();
            var known = new Dictionary<(string Source, string Name), object?>();
            foreach (var packet in connection.Where(p => p.FromNode))
            {
                var source = packet.Device ?? "";
                if (packet.Verb is "NBIRTH" or "DBIRTH")
                {
                    births[source] = packet;
                    foreach (var metric in packet.Payload!.Metrics)
                        known[(source, metric.Name)] = metric.Value();
                }
                else if (packet.Verb is "NDATA" or "DDATA")
                {
                    foreach (var metric in packet.Payload!.Metrics.Where(m => !m.IsHistorical))
                    {
                        var name = metric.In(births.GetValueOrDefault(source))?.Name ?? "";
                        yield return (packet, metric, known.GetValueOrDefault((source, name)));
                        known[(source, name)] = metric.Value();
                    }
                }
            }
        }
    }
}
