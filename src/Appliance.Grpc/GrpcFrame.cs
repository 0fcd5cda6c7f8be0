using System.Buffers;
using System.Buffers.Binary;
using Google.Protobuf;

namespace Appliance.Grpc;

/// <summary>Length-prefixed messages: one byte for compression (always 0 here), four for the length, big-endian, then the message.</summary>
internal static class GrpcFrame
{
    internal const int HeaderBytes = 5;

    /// <exception cref="GrpcException">Larger than the cap.</exception>
    internal static byte[] Write(IMessage message, int maxBytes)
    {
        var length = message.CalculateSize();
        if (length > maxBytes)
            throw new GrpcException(GrpcStatus.ResourceExhausted, $"a message of {length} bytes is over the own limit of {maxBytes}");

        var frame = new byte[HeaderBytes + length];
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), length);
        message.WriteTo(frame.AsSpan(HeaderBytes));
        return frame;
    }

    /// <summary>Null at the end of the stream.</summary>
    /// <exception cref="GrpcException">Compressed, over the cap, cut off or not the expected message.</exception>
    internal static async ValueTask<T?> Read<T>(Stream stream, MessageParser<T> parser, int maxBytes, CancellationToken cancel)
        where T : class, IMessage<T>
    {
        var header = new byte[HeaderBytes];
        var got = await stream.ReadAtLeastAsync(header, HeaderBytes, throwOnEndOfStream: false, cancel).ConfigureAwait(false);
        if (got == 0)
            return null;
        if (got < HeaderBytes)
            throw new GrpcException(GrpcStatus.Internal, "the answer ends within a message's header");
        if (header[0] != 0)
            throw new GrpcException(GrpcStatus.Internal, "the server compressed a message though nobody offered to read it");

        var length = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(1));
        if (length > (uint)maxBytes)
            throw new GrpcException(GrpcStatus.ResourceExhausted, $"the server sends a message of {length} bytes; {maxBytes} are allowed");

        // Grown as bytes arrive, not by what the header claims: a lie of 64 MiB must not cost 64 MiB.
        var body = await ReadBody(stream, (int)length, cancel).ConfigureAwait(false);
        try
        {
            return parser.ParseFrom(body);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new GrpcException(GrpcStatus.Internal, $"the server sent no {typeof(T).Name}: {error.Message}", error);
        }
    }

    private static async ValueTask<ReadOnlySequence<byte>> ReadBody(Stream stream, int length, CancellationToken cancel)
    {
        const int Step = 1 << 20;
        var body = new byte[Math.Min(length, Step)];
        var filled = 0;
        while (filled < length)
        {
            if (filled == body.Length)
                Array.Resize(ref body, (int)Math.Min(length, 2L * body.Length));
            var read = await stream.ReadAsync(body.AsMemory(filled), cancel).ConfigureAwait(false);
            if (read == 0)
                throw new GrpcException(GrpcStatus.Internal, $"the answer ends after {filled} of {length} bytes of a message");
            filled += read;
        }

        return new(body, 0, length);
    }
}
