using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace Appliance.Inference.Graphs;

/// <summary>Writes protobuf fields.</summary>
internal sealed class ProtoWriter
{
    private readonly ArrayBufferWriter<byte> _message = new();

    internal ReadOnlySpan<byte> Written => _message.WrittenSpan;

    /// <summary>A field that is copied with its key.</summary>
    internal void Raw(ReadOnlySpan<byte> field) => _message.Write(field);

    internal void Number(int field, ulong value)
    {
        Varint((ulong)field << 3);
        Varint(value);
    }

    internal void Float(int field, float value)
    {
        Varint(((ulong)field << 3) | 5);
        BinaryPrimitives.WriteSingleLittleEndian(_message.GetSpan(sizeof(float)), value);
        _message.Advance(sizeof(float));
    }

    internal void Bytes(int field, ReadOnlySpan<byte> value)
    {
        Varint(((ulong)field << 3) | 2);
        Varint((ulong)value.Length);
        _message.Write(value);
    }

    internal void Text(int field, string value) => Bytes(field, Encoding.UTF8.GetBytes(value));

    internal void Message(int field, ProtoWriter message) => Bytes(field, message.Written);

    private void Varint(ulong value)
    {
        Span<byte> bytes = stackalloc byte[10];
        var count = 0;
        for (; value >= 0x80; value >>= 7)
            bytes[count++] = (byte)(value | 0x80);
        bytes[count++] = (byte)value;
        _message.Write(bytes[..count]);
    }
}
