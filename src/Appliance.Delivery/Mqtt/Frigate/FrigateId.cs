using System.Globalization;
using Appliance.Core.Cameras;

namespace Appliance.Delivery.Mqtt.Frigate;

/// <summary>Ids as Frigate writes them: <c>1753265544.321000-a1b2c3</c>, when it began and six letters or digits.</summary>
internal static class FrigateId
{
    private const string Digits = "0123456789abcdefghijklmnopqrstuvwxyz";

    /// <summary>The same for every message about a track.</summary>
    public static string Of(DateTimeOffset began, CameraId camera, long track)
    {
        // FNV-1a: cameras count their tracks from one each, and two may begin in one instant.
        var hash = 2166136261u;
        foreach (var letter in camera.Value)
            hash = (hash ^ letter) * 16777619u;
        for (var rest = (ulong)track; rest > 0; rest >>= 8)
            hash = (hash ^ (byte)rest) * 16777619u;
        return string.Create(CultureInfo.InvariantCulture, $"{Seconds(began):F6}-{Tail(hash)}");
    }

    /// <summary>Of an alert, whose id is unique already.</summary>
    public static string Of(Core.Alerts.Alert alert) =>
        string.Create(CultureInfo.InvariantCulture, $"{Seconds(alert.Utc):F6}-{alert.Id.Value[^6..].ToLowerInvariant()}");

    public static double Seconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).TotalSeconds;

    private static string Tail(uint hash) => string.Create(6, hash, static (text, rest) =>
    {
        for (var i = 0; i < text.Length; i++, rest /= 36)
            text[i] = Digits[(int)(rest % 36)];
    });
}
