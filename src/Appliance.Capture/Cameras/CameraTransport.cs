namespace Appliance.Capture.Cameras;

/// <summary>How RTSP media travels from the camera.</summary>
public enum CameraTransport
{
    /// <summary>TCP first; UDP if the camera refuses TCP.</summary>
    Auto,

    /// <summary>Interleaved in the RTSP connection: nothing is lost, passes every firewall that lets RTSP pass.</summary>
    Tcp,

    /// <summary>RTP over UDP.</summary>
    Udp,
}
