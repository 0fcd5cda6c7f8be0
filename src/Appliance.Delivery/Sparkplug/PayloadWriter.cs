using System.Buffers;
using Appliance.Delivery.Sparkplug.Protocol;
using Google.Protobuf;
using Wire = Appliance.Delivery.Sparkplug.Protocol.Metric;

namespace Appliance.Delivery.Sparkplug;

/// <summary>Writes payloads with the same message objects again and again. Not thread-safe.</summary>
internal sealed class PayloadWriter
{
    private static readonly PropertySet s_writable = ReadOnly(false);
    private static readonly PropertySet s_readOnly = ReadOnly(true);

    private readonly Payload _payload = new();
    private readonly List<Wire> _pool = [];

    /// <summary>Begins a payload.</summary>
    /// <param name="now">When it is sent.</param>
    /// <param name="seq">0–255; null: none, as in deaths of the node.</param>
    public void Begin(DateTimeOffset now, int? seq)
    {
        _payload.Metrics.Clear();
        _payload.Timestamp = (ulong)now.ToUnixTimeMilliseconds();
        if (seq is { } number)
            _payload.Seq = (ulong)number;
        else
            _payload.ClearSeq();
    }

    /// <summary>As births have it: name, alias, type, value and whether it may be written.</summary>
    public void AddBirth(Metric metric, in MetricValue value, DateTimeOffset at)
    {
        var wire = Next();
        wire.Name = metric.Name;
        if (metric.Alias is { } alias)
            wire.Alias = alias;
        wire.Datatype = (uint)metric.Type;
        wire.Timestamp = (ulong)at.ToUnixTimeMilliseconds();
        if (metric.IsControl)
            wire.Properties = metric.IsWritable ? s_writable : s_readOnly;
        Put(wire, metric.Type, value);
    }

    /// <summary>As data have it: the birth told the type.</summary>
    public void AddData(Metric metric, in MetricValue value, ulong timestamp, bool isHistorical)
    {
        var wire = Next();
        if (metric.Alias is { } alias)
            wire.Alias = alias;
        else
            wire.Name = metric.Name;
        wire.Timestamp = timestamp;
        if (isHistorical)
            wire.IsHistorical = true;
        Put(wire, metric.Type, value);
    }

    /// <summary>As deaths have it, which no alias of an earlier birth may touch.</summary>
    public void AddDeath(Metric metric, in MetricValue value, DateTimeOffset at)
    {
        var wire = Next();
        wire.Name = metric.Name;
        wire.Datatype = (uint)metric.Type;
        wire.Timestamp = (ulong)at.ToUnixTimeMilliseconds();
        Put(wire, metric.Type, value);
    }

    public void WriteTo(IBufferWriter<byte> target) => _payload.WriteTo(target);

    private static PropertySet ReadOnly(bool value) => new()
    {
        Keys = { "readOnly" },
        Values = { new PropertyValue { Type = (uint)SparkplugType.Boolean, BooleanValue = value } },
    };

    private static void Put(Wire wire, SparkplugType type, in MetricValue value)
    {
        if (value.IsNull)
        {
            wire.IsNull = true;
            return;
        }

        switch (type)
        {
            case SparkplugType.Int32:
                // Two's complement: the field is unsigned.
                wire.IntValue = (uint)(int)value.Integer;
                break;
            case SparkplugType.Int64:
                wire.LongValue = (ulong)value.Integer;
                break;
            case SparkplugType.Double:
                wire.DoubleValue = value.Real;
                break;
            case SparkplugType.Boolean:
                wire.BooleanValue = value.IsTrue;
                break;
            case SparkplugType.String:
                wire.StringValue = value.Text!;
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(type), type, null);
        }
    }

    private Wire Next()
    {
        var used = _payload.Metrics.Count;
        if (used == _pool.Count)
            _pool.Add(new());
        var wire = _pool[used];
        wire.ClearName();
        wire.ClearAlias();
        wire.ClearDatatype();
        wire.ClearIsHistorical();
        wire.ClearIsNull();
        wire.ClearValue();
        wire.Properties = null;
        _payload.Metrics.Add(wire);
        return wire;
    }
}
