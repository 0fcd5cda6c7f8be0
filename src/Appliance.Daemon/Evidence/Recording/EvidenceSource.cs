using Appliance.Capture.Encoding;
using Appliance.Core.Cameras;
using Appliance.Core.Evidence.Manifests;

namespace Appliance.Daemon.Evidence.Recording;

/// <summary>What the recorder asks of the running box.</summary>
internal interface IEvidenceSource
{
    /// <summary>The camera's encoded video and its name for people; null = no such camera (any more).</summary>
    (EncodedRing Ring, string Name)? Camera(CameraId camera);

    /// <summary>The models in use now, as in the catalogue.</summary>
    IReadOnlyList<ModelStatement> Models { get; }

    /// <summary>The box, for a key of that address.</summary>
    DeviceStatement Device(string address);

    /// <summary>Since the program's start, monotonic.</summary>
    TimeSpan Uptime { get; }
}
