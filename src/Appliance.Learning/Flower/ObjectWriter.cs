using System.Text;
using System.Text.Json;
using Google.Protobuf;

namespace Appliance.Learning.Flower;

/// <summary>Takes a message apart into objects, children first.</summary>
internal sealed class ObjectWriter
{
    internal const int ChunkBytes = 5_242_880;

    private readonly Dictionary<string, byte[]> _objects = [];

    /// <summary>Every object by id; what is the same is there once.</summary>
    public IReadOnlyDictionary<string, byte[]> Objects => _objects;

    /// <param name="message">With its content or error; the message id must be empty.</param>
    /// <returns>The tree of ids; its root is the id of the message.</returns>
    public Wire.ObjectTree Add(Wire.Message message)
    {
        var bare = message.Clone();
        bare.Content = null;
        return message.Content is { } content
            ? Store("Message", [Add(content)], bare.ToByteArray())
            : Store("Message", [], bare.ToByteArray());
    }

    private Wire.ObjectTree Add(Wire.RecordDict records)
    {
        var children = new List<(string Name, Wire.ObjectTree Tree)>();
        foreach (var item in records.Items)
        {
            children.Add((item.Key, item.ValueCase switch
            {
                Wire.RecordDict.Types.Item.ValueOneofCase.ArrayRecord => Add(item.ArrayRecord),
                Wire.RecordDict.Types.Item.ValueOneofCase.MetricRecord => Store("MetricRecord", [], item.MetricRecord.ToByteArray()),
                _ => Store("ConfigRecord", [], item.ConfigRecord.ToByteArray()),
            }));
        }

        return StoreNamed("RecordDict", children);
    }

    private Wire.ObjectTree Add(Wire.ArrayRecord record) =>
        StoreNamed("ArrayRecord", [.. record.Items.Select(item => (item.Key, Add(item.Value)))]);

    /// <summary>Also used by tests: the tree of one array.</summary>
    internal Wire.ObjectTree Add(Wire.Array array)
    {
        var chunks = new List<Wire.ObjectTree>();
        var indices = new List<int>();
        for (var at = 0; at == 0 || at < array.Data.Length; at += ChunkBytes)
        {
            var chunk = array.Data.Span.Slice(at, Math.Min(ChunkBytes, array.Data.Length - at));
            var tree = Store("ArrayChunk", [], chunk);
            var known = chunks.FindIndex(other => other.ObjectId == tree.ObjectId);
            indices.Add(known < 0 ? chunks.Count : known);
            if (known < 0)
                chunks.Add(tree);
        }

        // Spaced as Python's json does it, so that ids agree with those that Flower would give.
        var body = $"{{\"dtype\": {Quote(array.Dtype)}, \"shape\": [{string.Join(", ", array.Shape)}], \"stype\": {Quote(array.Stype)}, "
            + $"\"arraychunk_ids\": [{string.Join(", ", indices)}]}}";
        return Store("Array", chunks, Encoding.UTF8.GetBytes(body));
    }

    private Wire.ObjectTree StoreNamed(string type, IReadOnlyList<(string Name, Wire.ObjectTree Tree)> children) => Store(
        type,
        [.. children.Select(child => child.Tree).DistinctBy(tree => tree.ObjectId)],
        Encoding.UTF8.GetBytes($"{{{string.Join(", ", children.Select(child => $"{Quote(child.Name)}: {Quote(child.Tree.ObjectId)}"))}}}"));

    private Wire.ObjectTree Store(string type, IReadOnlyList<Wire.ObjectTree> children, ReadOnlySpan<byte> body)
    {
        var bytes = FlowerObject.Compose(type, children.Select(child => child.ObjectId), body);
        var id = FlowerObject.IdOf(bytes);
        _objects[id] = bytes;
        return new() { ObjectId = id, Children = { children } };
    }

    private static string Quote(string text) => JsonSerializer.Serialize(text);
}
