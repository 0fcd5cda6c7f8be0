using Appliance.Delivery.Notifications;
using Appliance.Native.DBus;

namespace Appliance.Daemon.Platform.Modem;

/// <summary>State, text messages and position through ModemManager.</summary>
internal sealed class ModemManager(SystemBus bus) : ISmsSender
{
    internal const string Service = "org.freedesktop.ModemManager1";
    internal const string Root = "/org/freedesktop/ModemManager1";
    private const string Modem = Service + ".Modem";
    private const string Sms = Service + ".Sms";
    private const uint Sent = 5;
    private const uint RawGps = 1 << 1;

    // A network may take its time to accept a message.
    private static readonly TimeSpan s_sending = TimeSpan.FromSeconds(60);

    /// <summary>Never throws for what is missing: it says so.</summary>
    public async Task<ModemsState> Read(CancellationToken cancel)
    {
        try
        {
            var connection = await bus.Connect(cancel);
            return new(true, "", [.. (await Objects(connection, cancel)).Values.Select(Describe)]);
        }
        catch (BusException error)
        {
            return new(false, error.IsServiceMissing ? "ModemManager is not on this machine" : error.Message, []);
        }
    }

    /// <inheritdoc/>
    public async Task Send(string number, string text, CancellationToken cancel)
    {
        try
        {
            var connection = await bus.Connect(cancel);
            var modem = (await Objects(connection, cancel)).FirstOrDefault(entry => entry.Value.ContainsKey(Modem + ".Messaging")).Key
                ?? throw new SmsException("there is no modem that sends messages");
            var message = (await connection.Call(
                new(Service, modem, Modem + ".Messaging", "Create", "a{sv}", new Dictionary<string, BusVariant> { ["number"] = number, ["text"] = text }),
                null, cancel)).Get<string>();
            try
            {
                await connection.Call(new(Service, message, Sms, "Send"), s_sending, cancel);
                var state = await connection.Get<uint>(Service, message, Sms, "State", cancel);
                if (state != Sent)
                    throw new SmsException($"the modem did not send it (state {state})");
            }
            finally
            {
                await Forget(connection, modem, message);
            }
        }
        catch (BusException error)
        {
            throw new SmsException(error.IsServiceMissing ? "ModemManager is not on this machine" : error.Message);
        }
    }

    /// <summary>By the modem's satellite receiver, which this switches on; null = it has none or no fix yet.</summary>
    public async Task<ModemPosition?> ReadPosition(CancellationToken cancel)
    {
        try
        {
            var connection = await bus.Connect(cancel);
            var (modem, interfaces) = (await Objects(connection, cancel)).FirstOrDefault(entry => entry.Value.ContainsKey(Modem + ".Location"));
            if (modem is null)
                return null;

            var location = interfaces[Modem + ".Location"];
            if (location.GetValueOrDefault("Capabilities") is not uint can || (can & RawGps) == 0)
                return null;
            if (location.GetValueOrDefault("Enabled") is uint enabled && (enabled & RawGps) == 0)
                await connection.Call(new(Service, modem, Modem + ".Location", "Setup", "ub", enabled | RawGps, false), null, cancel);

            var all = (await connection.Call(new(Service, modem, Modem + ".Location", "GetLocation"), null, cancel)).Get<Dictionary<string, object>>();
            return all.GetValueOrDefault("2") is Dictionary<string, object> gps
                && gps.GetValueOrDefault("latitude") is double latitude && gps.GetValueOrDefault("longitude") is double longitude
                    ? new(latitude, longitude, gps.GetValueOrDefault("altitude") as double?)
                    : null;
        }
        catch (BusException)
        {
            return null;
        }
    }

    private static async Task Forget(BusConnection connection, string modem, string message)
    {
        try
        {
            await connection.Call(new(Service, modem, Modem + ".Messaging", "Delete", "o", message));
        }
        catch (BusException)
        {
            // The card keeps it; the next ones are not hindered.
        }
    }

    /// <summary>Modem → interface → property.</summary>
    private static async Task<Dictionary<string, Dictionary<string, Dictionary<string, object>>>> Objects(
        BusConnection connection, CancellationToken cancel)
    {
        var reply = await connection.Call(
            new(Service, Root, "org.freedesktop.DBus.ObjectManager", "GetManagedObjects"), null, cancel);
        return reply.Get<Dictionary<string, object>>()
            .Select(entry => (entry.Key, Interfaces: ((Dictionary<string, object>)entry.Value).ToDictionary(
                one => one.Key, one => (Dictionary<string, object>)one.Value)))
            .Where(entry => entry.Interfaces.ContainsKey(Modem))
            .ToDictionary(entry => entry.Key, entry => entry.Interfaces);
    }

    private static ModemState Describe(Dictionary<string, Dictionary<string, object>> interfaces)
    {
        var modem = interfaces[Modem];
        var gpp = interfaces.GetValueOrDefault(Modem + ".Modem3gpp");
        var signal = modem.GetValueOrDefault("SignalQuality") is object[] and [uint percent, ..] ? (int)percent : 0;
        return new(
            $"{modem.GetValueOrDefault("Manufacturer")} {modem.GetValueOrDefault("Model")}".Trim(),
            State(modem.GetValueOrDefault("State") as int? ?? 0),
            signal,
            Registration(gpp?.GetValueOrDefault("RegistrationState") as uint? ?? 4),
            gpp?.GetValueOrDefault("OperatorName") as string ?? "",
            interfaces.ContainsKey(Modem + ".Messaging"));
    }

    private static string State(int value) => value switch
    {
        -1 => "failed",
        1 => "initializing",
        2 => "locked",
        3 => "disabled",
        4 or 5 => "changing",
        6 => "enabled",
        7 => "searching",
        8 => "registered",
        9 or 10 => "connecting",
        11 => "connected",
        _ => "unknown",
    };

    private static string Registration(uint value) => value switch
    {
        0 => "idle",
        1 or 6 or 9 => "home",
        2 => "searching",
        3 => "denied",
        5 or 7 or 10 => "roaming",
        _ => "unknown",
    };
}
