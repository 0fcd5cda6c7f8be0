using System.Buffers.Binary;
using System.Text;
using Appliance.Delivery.Sparkplug.Protocol;
using Google.Protobuf;

namespace Appliance.IntegrationTests.Delivery.Sparkplug;

/// <summary>Control packets of MQTT that matter here; <see cref="Closed"/> is the end of the TCP connection.</summary>
internal enum PacketKind
{
    Closed = 0,
    Connect = 1,
    ConnAck = 2,
    Publish = 3,
    PubAck = 4,
    Subscribe = 8,
    SubAck = 9,
    Disconnect = 14,
}

/// <summary>What a CONNECT says.</summary>
internal sealed record ConnectFields(
    int Level, bool Clean, uint SessionExpiry, string ClientId, bool HasWill, string WillTopic, byte[] WillPayload, int WillQos, bool WillRetain);

/// <summary>A packet as it went over the wire between node and broker.</summary>
internal sealed record WirePacket(int Connection, int Server, bool FromNode, PacketKind Kind, DateTimeOffset At)
{
    private (ReadOnlyMemory<byte> Of, Payload? Payload)? _parsed;

    public ConnectFields? Connect { get; init; }

    public string Topic { get; init; } = "";

    public int Qos { get; init; }

    public bool Retain { get; init; }

    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>Of a SUBSCRIBE.</summary>
    public IReadOnlyList<(string Filter, int Qos)> Filters { get; init; } = [];

    /// <summary>Of CONNACK, DISCONNECT.</summary>
    public int Reason { get; init; }

    /// <summary>Third part of a topic of Sparkplug: NBIRTH, DDATA, …; empty for others.</summary>
    public string Verb => Kind == PacketKind.Publish && Topic.Split('/') is ["spBv1.0", _, var verb, _, ..] ? verb : "";

    public string? Device => Topic.Split('/') is [_, _, _, _, var device] ? device : null;

    /// <summary>Null: not a payload of Sparkplug. Not to be changed: use <see cref="With"/>.</summary>
    public Payload? Payload
    {
        get
        {
            // Checks ask for it again and again; a copy with another body has none yet.
            if (_parsed is not { } parsed || !parsed.Of.Equals(Body))
                _parsed = parsed = (Body, Parse());
            return parsed.Payload;
        }
    }

    /// <summary>A packet is itself: two that read the same are two.</summary>
    public bool Equals(WirePacket? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    public WirePacket With(Action<Payload> change)
    {
        var payload = Parse();
        if (payload is null)
            return this;

        change(payload);
        return this with { Body = payload.ToByteArray() };
    }

    /// <summary>Reads one packet's fields.</summary>
    public static WirePacket? Read(WirePacket like, byte header, ReadOnlyMemory<byte> body, ref int level)
    {
        var kind = (PacketKind)(header >> 4);
        var reader = new Cursor(body);
        switch (kind)
        {
            case PacketKind.Connect:
                return like with { Kind = kind, Connect = ReadConnect(ref reader, out level) };
            case PacketKind.Publish:
                var qos = header >> 1 & 3;
                var topic = reader.Text();
                if (qos > 0)
                    reader.Short();
                if (level == 5)
                    reader.Properties();
                return like with { Kind = kind, Topic = topic, Qos = qos, Retain = (header & 1) != 0, Body = reader.Rest() };
            case PacketKind.Subscribe:
                reader.Short();
                if (level == 5)
                    reader.Properties();
                var filters = new List<(string, int)>();
                while (!reader.AtEnd)
                    filters.Add((reader.Text(), reader.Byte() & 3));
                return like with { Kind = kind, Filters = filters };
            case PacketKind.Disconnect:
                return like with { Kind = kind, Reason = reader.AtEnd ? 0 : reader.Byte() };
            case PacketKind.ConnAck:
                reader.Byte();
                return like with { Kind = kind, Reason = reader.Byte() };
            case PacketKind.PubAck or PacketKind.SubAck:
                return like with { Kind = kind };
            default:
                return null;
        }
    }

    private Payload? Parse()
    {
        try
        {
            return Appliance.Delivery.Sparkplug.Protocol.Payload.Parser.ParseFrom(Body.Span);
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }

    private static ConnectFields ReadConnect(ref Cursor reader, out int level)
    {
        reader.Text();
        level = reader.Byte();
        var flags = reader.Byte();
        reader.Short();
        var expiry = level == 5 ? reader.Properties() : 0;
        var client = reader.Text();
        var hasWill = (flags & 4) != 0;
        if (hasWill && level == 5)
            reader.Properties();
        return new(
            level, (flags & 2) != 0, expiry, client, hasWill, hasWill ? reader.Text() : "", hasWill ? reader.Bytes() : [], flags >> 3 & 3,
            (flags & 0x20) != 0);
    }

    /// <summary>Reads MQTT's encodings.</summary>
    private struct Cursor(ReadOnlyMemory<byte> data)
    {
        private int _at;

        public readonly bool AtEnd => _at >= data.Length;

        public byte Byte() => data.Span[_at++];

        public int Short()
        {
            _at += 2;
            return BinaryPrimitives.ReadUInt16BigEndian(data.Span[(_at - 2)..]);
        }

        public byte[] Bytes()
        {
            var length = Short();
            _at += length;
            return data.Slice(_at - length, length).ToArray();
        }

        public string Text() => Encoding.UTF8.GetString(Bytes());

        public readonly ReadOnlyMemory<byte> Rest() => data[_at..];

        /// <summary>Skips the properties; returns the session expiry interval (17) if it is the first of them.</summary>
        public uint Properties()
        {
            var length = 0;
            for (var shift = 0; ; shift += 7)
            {
                var part = Byte();
                length |= (part & 0x7F) << shift;
                if ((part & 0x80) == 0)
                    break;
            }

            var properties = data.Slice(_at, length);
            _at += length;
            return length >= 5 && properties.Span[0] == 17 ? BinaryPrimitives.ReadUInt32BigEndian(properties.Span[1..]) : 0;
        }
    }
}
