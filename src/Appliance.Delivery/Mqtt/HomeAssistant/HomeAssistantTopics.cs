using Appliance.Core.Cameras;

namespace Appliance.Delivery.Mqtt.HomeAssistant;

/// <summary>Topics that only Home Assistant reads.</summary>
internal sealed class HomeAssistantTopics(string prefix, string discoveryPrefix, string serial)
{
    /// <summary>
    /// The announcement. The id is the bare serial number: an ACL of mosquitto can put a client's name only in place of a whole level.
    /// </summary>
    public string Config { get; } = $"{discoveryPrefix}/device/{serial}/config";

    /// <summary>Alerts without names, where Home Assistant must not see them; never retained.</summary>
    public string Alert(CameraId camera) => $"{prefix}/ha/cam/{camera}/alert";
}
