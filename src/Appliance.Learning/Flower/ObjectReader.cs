using System.Text.Json;
using Google.Protobuf;

namespace Appliance.Learning.Flower;

/// <summary>Puts a message together again from objects that were checked against their ids.</summary>
internal sealed class ObjectReader(IReadOnlyDictionary<string, byte[]> objects)
{
    private const int MaxItems = 1024;

    /// <summary>Content of a message object; null when it has none (an error).</summary>
    /// <exception cref="PayloadException">An object is missing, of another type or malformed.</exception>
    public Wire.RecordDict? ReadContent(string messageId)
    {
        var message = Find(messageId, "Message");
        return message.Children.Count == 0 ? null : ReadRecords(message.Children[0]);
    }

    private Wire.RecordDict ReadRecords(string id)
    {
        var records = new Wire.RecordDict();
        foreach (var (name, child) in ReadNames(Find(id, "RecordDict")))
        {
            var record = Find(child, null);
            records.Items.Add(record.Type switch
            {
                "ArrayRecord" => new Wire.RecordDict.Types.Item { Key = name, ArrayRecord = ReadArrays(record) },
                "MetricRecord" => new() { Key = name, MetricRecord = Parse(Wire.MetricRecord.Parser, record) },
                "ConfigRecord" => new() { Key = name, ConfigRecord = Parse(Wire.ConfigRecord.Parser, record) },
                _ => throw new PayloadException($"record '{name}' is of the unknown type {record.Type}"),
            });
        }

        return records;
    }

    private Wire.ArrayRecord ReadArrays(FlowerObject record)
    {
        var arrays = new Wire.ArrayRecord();
        foreach (var (name, id) in ReadNames(record))
            arrays.Items.Add(new Wire.ArrayRecord.Types.Item { Key = name, Value = ReadArray(Find(id, "Array")) });
        return arrays;
    }

    private Wire.Array ReadArray(FlowerObject source)
    {
        using var json = ParseJson(source);
        try
        {
            var root = json.RootElement;
            using var data = new MemoryStream();
            foreach (var index in root.GetProperty("arraychunk_ids").EnumerateArray())
            {
                var at = index.GetInt32();
                if ((uint)at >= (uint)source.Children.Count)
                    throw new PayloadException("an array names a chunk that it does not have");
                data.Write(Find(source.Children[at], "ArrayChunk").Body.Span);
            }

            return new()
            {
                Dtype = root.GetProperty("dtype").GetString() ?? "",
                Shape = { root.GetProperty("shape").EnumerateArray().Select(each => each.GetInt32()) },
                Stype = root.GetProperty("stype").GetString() ?? "",
                Data = ByteString.CopyFrom(data.ToArray()),
            };
        }
        catch (Exception error) when (error is KeyNotFoundException or InvalidOperationException or FormatException)
        {
            throw new PayloadException("an array's description is incomplete", error);
        }
    }

    private static List<(string Name, string Id)> ReadNames(FlowerObject source)
    {
        using var json = ParseJson(source);
        if (json.RootElement.ValueKind != JsonValueKind.Object)
            throw new PayloadException($"the body of a {source.Type} is no JSON object");

        var names = new List<(string, string)>();
        foreach (var property in json.RootElement.EnumerateObject())
        {
            if (names.Count == MaxItems)
                throw new PayloadException($"a {source.Type} has more than {MaxItems} entries");
            names.Add((property.Name, property.Value.ValueKind == JsonValueKind.String ? property.Value.GetString()! : ""));
        }

        return names;
    }

    private static JsonDocument ParseJson(FlowerObject source)
    {
        try
        {
            return JsonDocument.Parse(source.Body);
        }
        catch (JsonException error)
        {
            throw new PayloadException($"the body of a {source.Type} is no JSON", error);
        }
    }

    private static T Parse<T>(MessageParser<T> parser, FlowerObject source)
        where T : IMessage<T>
    {
        try
        {
            return parser.ParseFrom(source.Body.Span);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new PayloadException($"the body of a {source.Type} is not what it says", error);
        }
    }

    private FlowerObject Find(string id, string? type)
    {
        if (!objects.TryGetValue(id, out var bytes))
            throw new PayloadException("an object that is named is not in the message's tree");
        var found = FlowerObject.Parse(bytes);
        return type is null || found.Type == type ? found : throw new PayloadException($"a {found.Type} stands where a {type} belongs");
    }
}
