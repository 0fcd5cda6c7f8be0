namespace Appliance.Daemon.Platform.Modem;

/// <summary>The mobile modems as ModemManager sees them.</summary>
/// <param name="Available">Whether ModemManager can be asked.</param>
/// <param name="Reason">Why not; empty else.</param>
/// <param name="Modems">What is plugged in.</param>
internal sealed record ModemsState(bool Available, string Reason, IReadOnlyList<ModemState> Modems);

/// <summary>A modem. Its IMEI and its subscriber's number are not shown: they identify a person or a contract.</summary>
/// <param name="Model">Manufacturer and model.</param>
/// <param name="State">failed, locked (needs a PIN), disabled, searching, registered, connected or another of ModemManager's words.</param>
/// <param name="SignalPercent">Signal quality.</param>
/// <param name="Registration">home, roaming, searching, denied, idle or unknown.</param>
/// <param name="Operator">Name of the network; empty = none.</param>
/// <param name="CanSendSms">Whether it has a messaging interface.</param>
internal sealed record ModemState(
    string Model, string State, int SignalPercent, string Registration, string Operator, bool CanSendSms);

/// <summary>Where a modem is.</summary>
/// <param name="Latitude">Degrees north.</param>
/// <param name="Longitude">Degrees east.</param>
/// <param name="Altitude">Metres; null = unknown.</param>
internal sealed record ModemPosition(double Latitude, double Longitude, double? Altitude);
