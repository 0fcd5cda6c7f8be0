using System.Buffers.Binary;
using Appliance.Inference.Graphs;

namespace Appliance.UnitTests.Inference.Graphs;

public class LeakyReluRewriterTests
{
    [Fact]
    public void Rewrite_ScalarSlope_BecomesAnAttribute()
    {
        var rewritten = LeakyReluRewriter.Rewrite(Model([0.25f]));

        var node = Assert.Single(Nodes(rewritten!), node => node.Operator == "LeakyRelu");
        Assert.Equal(("act", "x", "y"), (node.Name, Assert.Single(node.Inputs), Assert.Single(node.Outputs)));
        Assert.Equal(0.25f, Alpha(rewritten!));
    }

    [Fact]
    public void Rewrite_Everything_ElseStaysAsItIs()
    {
        var rewritten = LeakyReluRewriter.Rewrite(Model([0.25f]))!;

        Assert.Equal(["Relu", "LeakyRelu", "Conv"], Nodes(rewritten).Select(node => node.Operator));
        Assert.Equal(7UL, Fields(rewritten).First(field => field.Field == 1).Number);
        Assert.Equal("producer"u8.ToArray(), Fields(rewritten).First(field => field.Field == 2).Bytes);
    }

    [Fact]
    public void Rewrite_SlopePerChannel_IsLeftAlone() => Assert.Null(LeakyReluRewriter.Rewrite(Model([0.25f, 0.5f])));

    [Theory]
    [InlineData(new byte[] { 0x3A, 0x7F, 0x00 })] // A graph of 127 bytes of which one is there.
    [InlineData(new byte[] { 0xFF, 0xFF })] // A key that never ends.
    [InlineData(new byte[] { 0x0B })] // A group, gone from protobuf long ago.
    public void Rewrite_NoModel_Throws(byte[] bytes) =>
        Assert.Throws<FormatException>(() => LeakyReluRewriter.Rewrite(bytes));

    private static byte[] Model(float[] slope)
    {
        var graph = new ProtoWriter();
        graph.Message(OnnxFields.GraphNode, Node("Relu", "first", ["in"], "x"));
        graph.Message(OnnxFields.GraphNode, Node("PRelu", "act", ["x", "slope"], "y"));
        graph.Message(OnnxFields.GraphNode, Node("Conv", "last", ["y", "w"], "out"));
        var constant = new ProtoWriter();
        constant.Number(OnnxFields.TensorType, OnnxFields.TensorIsFloat);
        constant.Text(OnnxFields.TensorName, "slope");
        var raw = new byte[slope.Length * sizeof(float)];
        for (var i = 0; i < slope.Length; i++)
            BinaryPrimitives.WriteSingleLittleEndian(raw.AsSpan(i * sizeof(float)), slope[i]);
        constant.Bytes(OnnxFields.TensorRaw, raw);
        graph.Message(OnnxFields.GraphInitializer, constant);

        var model = new ProtoWriter();
        model.Number(1, 7);
        model.Text(2, "producer");
        model.Message(OnnxFields.ModelGraph, graph);
        return model.Written.ToArray();
    }

    private static ProtoWriter Node(string operation, string name, string[] inputs, string output)
    {
        var node = new ProtoWriter();
        foreach (var input in inputs)
            node.Text(OnnxFields.NodeInput, input);
        node.Text(OnnxFields.NodeOutput, output);
        node.Text(OnnxFields.NodeName, name);
        node.Text(OnnxFields.NodeOperator, operation);
        return node;
    }

    private static IEnumerable<GraphNode> Nodes(byte[] model) => Fields(GraphOf(model))
        .Where(field => field.Field == OnnxFields.GraphNode).Select(field => GraphNode.Parse(field.Bytes));

    private static float Alpha(byte[] model)
    {
        var node = Fields(GraphOf(model)).Single(field =>
            field.Field == OnnxFields.GraphNode && GraphNode.Parse(field.Bytes).Operator == "LeakyRelu").Bytes;
        var attribute = Fields(node).Single(field => field.Field == OnnxFields.NodeAttribute).Bytes;
        Assert.Equal("alpha"u8.ToArray(), Fields(attribute).Single(field => field.Field == OnnxFields.AttributeName).Bytes);
        Assert.Equal(1UL, Fields(attribute).Single(field => field.Field == OnnxFields.AttributeType).Number);
        return BinaryPrimitives.ReadSingleLittleEndian(
            Fields(attribute).Single(field => field.Field == OnnxFields.AttributeFloat).Raw.AsSpan(1));
    }

    private static byte[] GraphOf(byte[] model) => Fields(model).Single(field => field.Field == OnnxFields.ModelGraph).Bytes;

    private static List<(int Field, byte[] Bytes, ulong Number, byte[] Raw)> Fields(byte[] message)
    {
        List<(int, byte[], ulong, byte[])> fields = [];
        for (var reader = new ProtoReader(message); reader.Next();)
            fields.Add((reader.Field, reader.Bytes.ToArray(), reader.Number, reader.Raw.ToArray()));
        return fields;
    }
}
