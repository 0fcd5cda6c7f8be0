using Appliance.Core.Cameras;
using Appliance.Core.Outputs;

namespace Appliance.Delivery.Mqtt.Onvif;

/// <summary>
/// Topics of ONVIF's event broker (Core specification): prefix, <c>onvif-ej</c>, the ONVIF topic without <c>tns1:</c>, then after
/// <c>&amp;</c> the values of the source items in order, so that each property is retained for itself.
/// </summary>
internal sealed class OnvifTopics(string prefix)
{
    private readonly string _prefix = prefix + "/onvif-ej/";

    public string Face(CameraId camera, string rule) => $"{_prefix}RuleEngine/Recognition/Face/&{camera}/{rule}";

    public string Object(CameraId camera, string rule) => $"{_prefix}RuleEngine/ObjectDetection/Object/&{camera}/{rule}";

    public string LineCrossed(CameraId camera, string rule) => $"{_prefix}RuleEngine/LineDetector/Crossed/&{camera}/{rule}";

    /// <summary>Retained: whether anybody is in a zone.</summary>
    public string ObjectsInside(CameraId camera, string zone) => $"{_prefix}RuleEngine/FieldDetector/ObjectsInside/&{camera}/{zone}";

    /// <summary>Retained: how many are in the picture or a zone.</summary>
    public string OccupancyCounter(CameraId camera, string rule) =>
        $"{_prefix}RuleEngine/CountAggregation/OccupancyCounter/&{camera}/{rule}";

    /// <summary>Retained: one of the tamper rule's states, e.g. <c>ImageTooDark</c>.</summary>
    public string Scene(string state, CameraId camera) => $"{_prefix}VideoSource/{state}/AnalyticsService/&{camera}/{state}";

    /// <summary>Retained.</summary>
    public string DigitalInput(string input) => $"{_prefix}Device/Trigger/DigitalInput/&{input}";

    /// <summary>Retained.</summary>
    public string StorageFailure { get; } = $"{prefix}/onvif-ej/Device/HardwareFailure/StorageFailure/&{OnvifJson.StorageToken}";

    /// <summary>An event that ONVIF has no topic for, in the vendor's namespace.</summary>
    public string Vendor(string name, CameraId camera, string rule) => $"{_prefix}RuleEngine/wp:{name}/&{camera}/{rule}";

    /// <summary>Retained.</summary>
    public string SignalLoss(CameraId camera) => $"{_prefix}VideoSource/SignalLoss/&{camera}/{OnvifJson.SignalRule}";

    /// <summary>Retained.</summary>
    public string Relay(OutputId output) => $"{_prefix}Device/Trigger/Relay/&{output}";
}
