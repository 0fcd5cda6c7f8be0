using System.Text;

namespace Appliance.Inference.Graphs;

/// <summary>One operation of a graph, without attributes.</summary>
internal sealed record GraphNode(string Operator, string Name, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs)
{
    internal static GraphNode Parse(ReadOnlySpan<byte> message)
    {
        string name = "", operation = "", domain = "";
        List<string> inputs = [], outputs = [];
        for (var reader = new ProtoReader(message); reader.Next();)
        {
            switch (reader.Field)
            {
                case OnnxFields.NodeInput:
                    inputs.Add(Encoding.UTF8.GetString(reader.Bytes));
                    break;
                case OnnxFields.NodeOutput:
                    outputs.Add(Encoding.UTF8.GetString(reader.Bytes));
                    break;
                case OnnxFields.NodeName:
                    name = Encoding.UTF8.GetString(reader.Bytes);
                    break;
                case OnnxFields.NodeOperator:
                    operation = Encoding.UTF8.GetString(reader.Bytes);
                    break;
                case OnnxFields.NodeDomain:
                    domain = Encoding.UTF8.GetString(reader.Bytes);
                    break;
            }
        }

        return new(domain.Length == 0 ? operation : $"{domain}.{operation}", name, inputs, outputs);
    }

    /// <summary>The node with one attribute.</summary>
    internal ProtoWriter ToMessage((string Name, float Value) attribute)
    {
        var message = new ProtoWriter();
        foreach (var input in Inputs)
            message.Text(OnnxFields.NodeInput, input);
        foreach (var output in Outputs)
            message.Text(OnnxFields.NodeOutput, output);
        message.Text(OnnxFields.NodeName, Name);
        message.Text(OnnxFields.NodeOperator, Operator);

        var parameter = new ProtoWriter();
        parameter.Text(OnnxFields.AttributeName, attribute.Name);
        parameter.Float(OnnxFields.AttributeFloat, attribute.Value);
        parameter.Number(OnnxFields.AttributeType, OnnxFields.AttributeIsFloat);
        message.Message(OnnxFields.NodeAttribute, parameter);
        return message;
    }
}
