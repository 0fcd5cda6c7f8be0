namespace Appliance.Native.Mosquitto;

/// <summary>How one connection is made.</summary>
public sealed record MosquittoOptions
{
    public required string Host { get; init; }

    public required int Port { get; init; }

    public required string ClientId { get; init; }

    /// <summary>Which MQTT is spoken. With 3.1.1, publishes can carry no properties and are never refused by name.</summary>
    public MosquittoProtocol Protocol { get; init; } = MosquittoProtocol.V5;

    public bool CleanStart { get; init; }

    /// <summary>How long the broker keeps the session after the connection ended; zero = not at all.</summary>
    public TimeSpan SessionExpiry { get; init; }

    /// <summary>At least 5 s (the library's minimum).</summary>
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    public string? Username { get; init; }

    public string? Password { get; init; }

    /// <summary>Null: no encryption.</summary>
    public MosquittoTls? Tls { get; init; }

    /// <summary>What the broker says for us when the connection ends without a farewell.</summary>
    public MosquittoPublish? Will { get; init; }

    /// <summary>QoS 1 messages sent and not acknowledged (1–65535); more wait inside the library.</summary>
    public int MaxInFlight { get; init; } = 100;

    /// <summary>Received messages held for a slow reader; beyond it the oldest is dropped and counted.</summary>
    public int ReceiveBuffer { get; init; } = 1024;

    /// <summary>
    /// Takes each message on the connection's thread instead of <see cref="MosquittoClient.Messages"/>. The PUBACK leaves only after it
    /// returned true; false or an exception cuts the connection without one, and the broker sends the message again in the next
    /// connection of a persistent session. It may wait (for a disk), well below the keep-alive. Null: messages are queued and
    /// acknowledged as they arrive.
    /// </summary>
    public Func<MosquittoMessage, bool>? Receive { get; init; }
}

/// <summary>Versions of MQTT.</summary>
public enum MosquittoProtocol
{
    V311,
    V5,
}

/// <summary>Encryption. The broker's certificate is always checked, with the host's name, which also goes out as SNI.</summary>
/// <param name="CaFile">PEM file of trusted authorities; null = those of the operating system.</param>
/// <param name="CertFile">PEM file of the client certificate and its chain; null = none.</param>
/// <param name="KeyFile">PEM file of its private key, not encrypted.</param>
public sealed record MosquittoTls(string? CaFile, string? CertFile, string? KeyFile);

/// <summary>A message to publish. Memory is borrowed until the call returns.</summary>
public readonly record struct MosquittoPublish
{
    public required string Topic { get; init; }

    public required ReadOnlyMemory<byte> Payload { get; init; }

    /// <summary>0, 1 or 2.</summary>
    public int Qos { get; init; }

    public bool Retain { get; init; }

    /// <summary>MQTT 5 content type; with one, the payload is also marked as UTF-8 text.</summary>
    public string? ContentType { get; init; }

    public IReadOnlyList<KeyValuePair<string, string>>? UserProperties { get; init; }
}

/// <summary>A message received; owns its memory.</summary>
public sealed record MosquittoMessage(
    string Topic,
    byte[] Payload,
    int Qos,
    bool Retain,
    string? ContentType,
    IReadOnlyList<KeyValuePair<string, string>> UserProperties);

/// <summary>The broker's answer to a QoS 1 PUBLISH (PUBACK) or to a SUBSCRIBE (the worst code of its SUBACK).</summary>
/// <param name="MessageId">As returned by the call.</param>
/// <param name="ReasonCode">0–127 accepted (16 = nobody subscribed), 128–255 refused (135 = not authorised).</param>
public readonly record struct MosquittoAck(int MessageId, int ReasonCode)
{
    public bool IsRefused => ReasonCode >= 0x80;

    /// <summary>The code in words.</summary>
    public string Reason => MosquittoLibrary.DescribeReason(ReasonCode);
}
