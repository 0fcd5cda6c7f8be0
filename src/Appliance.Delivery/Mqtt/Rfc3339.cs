using System.Globalization;

namespace Appliance.Delivery.Mqtt;

/// <summary>Times on the wire: UTC with milliseconds and Z, as RFC 3339, CloudEvents and ONVIF want them.</summary>
internal static class Rfc3339
{
    public static string Format(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
