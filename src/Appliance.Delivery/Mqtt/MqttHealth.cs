namespace Appliance.Delivery.Mqtt;

/// <summary>Where a session with the broker stands.</summary>
public enum MqttState
{
    /// <summary>Not started, or stopped.</summary>
    Stopped,

    /// <summary>First attempt is under way.</summary>
    Connecting,

    /// <summary>The broker accepted us.</summary>
    Connected,

    /// <summary>Connected, but the broker refuses what we publish (ACL, quota).</summary>
    PublishRefused,

    /// <summary>No such host, nobody listens, no answer, or the connection broke.</summary>
    Unreachable,

    /// <summary>Certificates or protocol versions do not fit.</summary>
    TlsFailed,

    /// <summary>The broker does not know us: user name, password or certificate.</summary>
    BadCredentials,

    /// <summary>The broker refuses the connection for another reason.</summary>
    Refused,

    /// <summary>The MQTT library or a file it needs is missing.</summary>
    Broken,
}

/// <summary>A session's state and why.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="Reason">One sentence for the technician; empty while all is well.</param>
/// <param name="Since">When it came to this state, UTC.</param>
/// <param name="Broker">host:port.</param>
public sealed record MqttHealth(MqttState State, string Reason, DateTimeOffset Since, string Broker)
{
    /// <summary>Whether messages get through.</summary>
    public bool IsHealthy => State == MqttState.Connected;
}
