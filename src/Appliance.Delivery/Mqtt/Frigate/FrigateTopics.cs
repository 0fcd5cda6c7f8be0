using Appliance.Core.Cameras;

namespace Appliance.Delivery.Mqtt.Frigate;

/// <summary>Topics below Frigate's prefix.</summary>
internal sealed class FrigateTopics(string prefix)
{
    /// <summary>Retained <c>online</c>, <c>offline</c> or <c>stopped</c>; the Will.</summary>
    public string Available { get; } = prefix + "/available";

    public string Events { get; } = prefix + "/events";

    public string Reviews { get; } = prefix + "/reviews";

    public string ObjectUpdate { get; } = prefix + "/tracked_object_update";

    public string Stats { get; } = prefix + "/stats";

    /// <summary>Whether the camera's pictures are analysed.</summary>
    public string DetectStatus(CameraId camera) => $"{prefix}/{camera}/status/detect";

    /// <summary>People now, of a camera or a zone.</summary>
    public string Count(string place) => $"{prefix}/{place}/person";

    /// <summary>As <see cref="Count"/>, without those who stand still; we do not tell them apart.</summary>
    public string ActiveCount(string place) => $"{prefix}/{place}/person/active";
}
