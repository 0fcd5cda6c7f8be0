using System.Runtime.InteropServices;
using System.Text;

namespace Appliance.Inference.Graphs;

/// <summary>A constant of a graph and its values, row-major.</summary>
internal sealed record FloatConstant(string Name, float[] Values)
{
    /// <summary>Null when it is not float32 or its values lie outside of the file.</summary>
    internal static FloatConstant? Parse(ReadOnlySpan<byte> message)
    {
        var name = "";
        var isFloat = false;
        ReadOnlySpan<byte> values = default;
        for (var reader = new ProtoReader(message); reader.Next();)
        {
            switch (reader.Field)
            {
                case OnnxFields.TensorType:
                    isFloat = reader.Number == OnnxFields.TensorIsFloat;
                    break;
                case OnnxFields.TensorName:
                    name = Encoding.UTF8.GetString(reader.Bytes);
                    break;
                case OnnxFields.TensorFloats or OnnxFields.TensorRaw when reader.IsBytes:
                    values = reader.Bytes;
                    break;
            }
        }

        return isFloat && values.Length > 0 ? new(name, MemoryMarshal.Cast<byte, float>(values).ToArray()) : null;
    }
}
