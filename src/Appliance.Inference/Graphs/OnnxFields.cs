namespace Appliance.Inference.Graphs;

/// <summary>Numbers of the fields of onnx.proto3 that are read or written here.</summary>
internal static class OnnxFields
{
    internal const int ModelGraph = 7;

    internal const int GraphNode = 1;
    internal const int GraphInitializer = 5;

    internal const int NodeInput = 1;
    internal const int NodeOutput = 2;
    internal const int NodeName = 3;
    internal const int NodeOperator = 4;
    internal const int NodeAttribute = 5;
    internal const int NodeDomain = 7;

    internal const int AttributeName = 1;
    internal const int AttributeFloat = 2;
    internal const int AttributeType = 20;
    internal const ulong AttributeIsFloat = 1;

    internal const int TensorType = 2;
    internal const int TensorFloats = 4;
    internal const int TensorName = 8;
    internal const int TensorRaw = 9;
    internal const ulong TensorIsFloat = 1;
}
