namespace Appliance.Inference.Graphs;

/// <summary>Walks over the fields of one protobuf message without knowing its schema (protobuf.dev/programming-guides/encoding).</summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> message)
{
    private const int VarintType = 0;
    private const int Fixed64Type = 1;
    private const int BytesType = 2;
    private const int Fixed32Type = 5;
    private const int LongestVarint = 10;

    private readonly ReadOnlySpan<byte> _message = message;
    private int _position;

    /// <summary>Number of the field.</summary>
    internal int Field { get; private set; }

    /// <summary>Key and value as they stand, to be copied.</summary>
    internal ReadOnlySpan<byte> Raw { get; private set; }

    /// <summary>Contents of a string, bytes, message or packed field; empty for numbers.</summary>
    internal ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Value of a varint field.</summary>
    internal ulong Number { get; private set; }

    /// <summary>Whether <see cref="Bytes"/> holds the value.</summary>
    internal bool IsBytes { get; private set; }

    /// <exception cref="FormatException">The message is damaged.</exception>
    internal bool Next()
    {
        if (_position == _message.Length)
            return false;

        var start = _position;
        var key = Varint();
        Field = (int)(key >> 3);
        Number = 0;
        Bytes = default;
        IsBytes = false;
        switch ((int)(key & 7))
        {
            case VarintType:
                Number = Varint();
                break;
            case BytesType:
                IsBytes = true;
                Bytes = Take(Varint());
                break;
            case Fixed32Type:
                _ = Take(sizeof(uint));
                break;
            case Fixed64Type:
                _ = Take(sizeof(ulong));
                break;
            default:
                throw new FormatException("The model is no valid protobuf message.");
        }

        Raw = _message[start.._position];
        return true;
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (var i = 0; i < LongestVarint && _position < _message.Length; i++)
        {
            var part = _message[_position++];
            value |= (ulong)(part & 0x7F) << (7 * i);
            if (part < 0x80)
                return value;
        }

        throw new FormatException("The model ends in the middle of a number.");
    }

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)(_message.Length - _position))
            throw new FormatException("The model ends in the middle of a field.");

        var bytes = _message.Slice(_position, (int)count);
        _position += (int)count;
        return bytes;
    }
}
