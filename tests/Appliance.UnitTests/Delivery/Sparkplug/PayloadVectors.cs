using System.Buffers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Appliance.Delivery.Sparkplug;
using Appliance.Delivery.Sparkplug.Protocol;
using Google.Protobuf;
using Metric = Appliance.Delivery.Sparkplug.Metric;
using Wire = Appliance.Delivery.Sparkplug.Protocol.Metric;

namespace Appliance.UnitTests.Delivery.Sparkplug;

/// <summary>
/// The payloads of <c>mqtt-schemas/sparkplug/vectors.json</c>: as this project writes them, and as npm's sparkplug-payload does, which
/// build/suites/sparkplug.sh shows with that library itself.
/// </summary>
internal static class PayloadVectors
{
    private static readonly string[] s_types =
    [
        "", "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64", "Float", "Double", "Boolean", "String", "DateTime",
        "Text", "UUID", "DataSet", "Bytes", "File", "Template",
    ];

    public static JsonNode Document { get; } = Load();

    public static DateTimeOffset Timestamp => DateTimeOffset.FromUnixTimeMilliseconds((long)Document["timestamp"]!);

    /// <summary>One value in a payload, by the messages of the protocol file.</summary>
    public static byte[] Write(string name, string type, JsonNode? value)
    {
        var at = (ulong)Timestamp.ToUnixTimeMilliseconds();
        var metric = new Wire { Name = name, Timestamp = at, Datatype = TypeOf(type) };
        if (value is null)
            metric.IsNull = true;
        else
            Put(metric, type, value);
        return new Payload { Timestamp = at, Seq = 5, Metrics = { metric } }.ToByteArray();
    }

    /// <summary>What the node itself writes, by name of the vector.</summary>
    public static byte[] WriteMessage(string name)
    {
        var writer = new PayloadWriter();
        var useAliases = name.Contains("alias", StringComparison.Ordinal);
        ulong alias = 0;
        Metric[] metrics =
        [
            Make("bdSeq", SparkplugType.Int64, MetricValue.Of(255L)),
            Make("Health/Faults", SparkplugType.Int32, MetricValue.Of(-1L)),
            Make("Health/CPU Temp", SparkplugType.Double, MetricValue.Of(51.5)),
            Make("Health/Clock Synced", SparkplugType.Boolean, MetricValue.Null),
            Make("Properties/OS", SparkplugType.String, MetricValue.Of("Debian GNU/Linux")),
            Make("Relay/gate-lamp", SparkplugType.Boolean, MetricValue.Of(true)),
        ];
        // The second use of a writer is the one that must not remember the first.
        for (var use = 0; use < 2; use++)
        {
            writer.Begin(Timestamp, name == "death" ? null : 7);
            foreach (var metric in name == "death" ? metrics[..1] : metrics)
                Add(metric);
        }

        var bytes = new ArrayBufferWriter<byte>();
        writer.WriteTo(bytes);
        return bytes.WrittenSpan.ToArray();

        Metric Make(string metricName, SparkplugType type, MetricValue value)
        {
            var metric = new Metric(metricName, type) { IsControl = metricName.StartsWith("Relay", StringComparison.Ordinal), Alias = useAliases ? ++alias : null };
            metric.Take(value);
            return metric;
        }

        void Add(Metric metric)
        {
            if (name == "death")
                writer.AddDeath(metric, metric.Value, Timestamp);
            else if (name.StartsWith("birth", StringComparison.Ordinal))
                writer.AddBirth(metric, metric.Value, Timestamp);
            else
                writer.AddData(metric, metric.Value, (ulong)Timestamp.ToUnixTimeMilliseconds(), name.EndsWith("past", StringComparison.Ordinal));
        }
    }

    /// <summary>The value of a metric as the vectors have it.</summary>
    public static JsonNode? Read(Wire metric)
    {
        // Tahu's library writes no is_null.
        if (metric.IsNull || metric.ValueCase == Wire.ValueOneofCase.None)
            return null;

        return metric.ValueCase switch
        {
            Wire.ValueOneofCase.IntValue when metric.Datatype <= 3 => (int)metric.IntValue,
            Wire.ValueOneofCase.IntValue => metric.IntValue,
            Wire.ValueOneofCase.LongValue => (long)metric.LongValue,
            Wire.ValueOneofCase.FloatValue => metric.FloatValue,
            Wire.ValueOneofCase.DoubleValue => metric.DoubleValue,
            Wire.ValueOneofCase.BooleanValue => metric.BooleanValue,
            Wire.ValueOneofCase.StringValue => metric.StringValue,
            Wire.ValueOneofCase.BytesValue => new JsonArray([.. metric.BytesValue.Select(b => (JsonNode)(int)b)]),
            Wire.ValueOneofCase.DatasetValue => Read(metric.DatasetValue),
            Wire.ValueOneofCase.TemplateValue => Read(metric.TemplateValue),
            _ => throw new InvalidDataException("no value"),
        };
    }

    public static uint TypeOf(string name) => (uint)Array.IndexOf(s_types, name);

    private static void Put(Wire metric, string type, JsonNode value)
    {
        switch (type)
        {
            case "Int8" or "Int16" or "Int32":
                metric.IntValue = (uint)(int)value;
                break;
            case "UInt8" or "UInt16" or "UInt32":
                // Tahu reads UInt32 from the long field only.
                if (type == "UInt32")
                    metric.LongValue = (ulong)(long)value;
                else
                    metric.IntValue = (uint)(int)value;
                break;
            case "Int64" or "UInt64" or "DateTime":
                metric.LongValue = (ulong)(long)value;
                break;
            case "Float":
                metric.FloatValue = (float)value;
                break;
            case "Double":
                metric.DoubleValue = (double)value;
                break;
            case "Boolean":
                metric.BooleanValue = (bool)value;
                break;
            case "String" or "Text" or "UUID":
                metric.StringValue = (string)value!;
                break;
            case "Bytes" or "File":
                metric.BytesValue = ByteString.CopyFrom([.. value.AsArray().Select(item => (byte)(int)item!)]);
                break;
            case "DataSet":
                metric.DatasetValue = DataSetOf(value);
                break;
            default:
                metric.TemplateValue = TemplateOf(value);
                break;
        }
    }

    private static DataSet DataSetOf(JsonNode value) => new()
    {
        NumOfColumns = (ulong)(int)value["numOfColumns"]!,
        Columns = { value["columns"]!.AsArray().Select(name => (string)name!) },
        Types_ = { value["types"]!.AsArray().Select(type => TypeOf((string)type!)) },
        Rows =
        {
            value["rows"]!.AsArray().Select(row => new DataSet.Types.Row
            {
                Elements =
                {
                    row!.AsArray().Select(cell => cell!.GetValueKind() == JsonValueKind.String
                        ? new DataSet.Types.DataSetValue { StringValue = (string)cell! }
                        : new DataSet.Types.DataSetValue { DoubleValue = (double)cell! }),
                },
            }),
        },
    };

    private static JsonObject Read(DataSet set) => new()
    {
        ["numOfColumns"] = set.NumOfColumns,
        ["types"] = new JsonArray([.. set.Types_.Select(type => (JsonNode)s_types[type])]),
        ["columns"] = new JsonArray([.. set.Columns.Select(name => (JsonNode)name)]),
        ["rows"] = new JsonArray(
            [.. set.Rows.Select(row => new JsonArray([.. row.Elements.Select(cell => cell.HasStringValue ? (JsonNode)cell.StringValue : cell.DoubleValue)]))]),
    };

    private static Template TemplateOf(JsonNode value)
    {
        var metric = value["metrics"]![0]!;
        var parameter = value["parameters"]![0]!;
        return new()
        {
            Version = (string)value["version"]!,
            TemplateRef = (string)value["templateRef"]!,
            IsDefinition = (bool)value["isDefinition"]!,
            Metrics = { new Wire { Name = (string)metric["name"]!, Datatype = TypeOf((string)metric["type"]!), DoubleValue = (double)metric["value"]! } },
            Parameters =
            {
                new Template.Types.Parameter
                {
                    Name = (string)parameter["name"]!, Type = TypeOf((string)parameter["type"]!), StringValue = (string)parameter["value"]!,
                },
            },
        };
    }

    private static JsonObject Read(Template template) => new()
    {
        ["version"] = template.Version,
        ["templateRef"] = template.TemplateRef,
        ["isDefinition"] = template.IsDefinition,
        ["metrics"] = new JsonArray(
            [.. template.Metrics.Select(m => new JsonObject { ["name"] = m.Name, ["type"] = s_types[m.Datatype], ["value"] = m.DoubleValue })]),
        ["parameters"] = new JsonArray(
            [.. template.Parameters.Select(p => new JsonObject { ["name"] = p.Name, ["type"] = s_types[p.Type], ["value"] = p.StringValue })]),
    };

    private static JsonNode Load()
    {
        using var stream = typeof(PayloadVectors).Assembly.GetManifestResourceStream("sparkplug-vectors.json")!;
        return JsonNode.Parse(stream)!;
    }
}
