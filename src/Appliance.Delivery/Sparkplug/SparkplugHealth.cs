namespace Appliance.Delivery.Sparkplug;

/// <summary>Where the edge node stands.</summary>
public enum SparkplugState
{
    /// <summary>Not started, stopped, or switched off.</summary>
    Stopped,

    /// <summary>A connection is being made.</summary>
    Connecting,

    /// <summary>Connected; the primary host is not online, so nothing is published.</summary>
    WaitingForHost,

    /// <summary>Births are published, changes go out.</summary>
    Online,

    /// <summary>No session; see the reason.</summary>
    Offline,
}

/// <summary>The edge node's state, why, and what it did since start.</summary>
/// <param name="State">Where it stands.</param>
/// <param name="Reason">One sentence for the technician; empty while all is well.</param>
/// <param name="Since">When it came to this state, UTC.</param>
/// <param name="Server">host:port of the broker in use or tried last.</param>
/// <param name="Births">NBIRTHs published.</param>
/// <param name="Messages">Messages published.</param>
/// <param name="Commands">Commands carried out.</param>
/// <param name="CommandsRefused">Commands that are not allowed, or do not fit what they name.</param>
/// <param name="HistoryWaiting">Values of the past that wait for a session.</param>
/// <param name="HistoryDropped">Values lost because there were more than <see cref="SparkplugOptions.HistorySize"/>.</param>
/// <param name="Alerts">Alerts reported.</param>
public sealed record SparkplugHealth(
    SparkplugState State,
    string Reason,
    DateTimeOffset Since,
    string Server,
    long Births,
    long Messages,
    long Commands,
    long CommandsRefused,
    int HistoryWaiting,
    long HistoryDropped,
    long Alerts)
{
    /// <summary>Whether SCADA sees the box.</summary>
    public bool IsHealthy => State == SparkplugState.Online;
}

/// <summary>Figures that no other report carries; null = not known, shown as such.</summary>
/// <param name="CpuTemperature">°C.</param>
/// <param name="WatchlistVersion">+1 with each change of the watchlist.</param>
/// <param name="FederationRound">Last round of federated learning that this box took part in.</param>
/// <param name="UpdateSlot">Slot that the system runs from.</param>
/// <param name="UpdateState">What the updater does.</param>
public sealed record BoxFigures(
    double? CpuTemperature = null,
    long? WatchlistVersion = null,
    long? FederationRound = null,
    string? UpdateSlot = null,
    string? UpdateState = null);
