using Appliance.Native.GStreamer;

namespace Appliance.Capture.Cameras;

/// <summary>Turns what GStreamer reports into what a technician can act on.</summary>
internal static class FaultReason
{
    // GstResourceError
    private const int NotFound = 3;
    private const int Busy = 4;
    private const int NotAuthorized = 15;

    // GstStreamError
    private const int NotImplemented = 3;
    private const int TypeNotFound = 4;
    private const int WrongType = 5;
    private const int CodecNotFound = 6;

    // GstCoreError
    private const int MissingPlugin = 12;

    private static readonly (string Sign, string Reason)[] s_network =
    [
        ("unauthorized", "authentication failed: check user name and password"),
        ("not found", "not found: the camera has no stream at this path; check the path"),
        ("unsupported transport", "the camera refuses this transport: set the transport to Tcp, Udp or Auto"),
        ("parse error", "what answers there does not speak RTSP: check the port"),
        ("tls", "secure connection failed: check the camera's certificate and clock"),
        ("connection reset", "the camera closed the connection"),
    ];

    public static CameraFaultException From(GStreamerFault fault, SourceAddress address)
    {
        var (state, reason) = Explain(fault, address);
        return new(state, Redact($"{reason} ({address.Location})", address));
    }

    private static (CameraState State, string Reason) Explain(GStreamerFault fault, SourceAddress address) => fault.Domain switch
    {
        GStreamerDomain.Resource => (CameraState.Lost, ExplainResource(fault, address)),
        // The HTTP source says no more than this when it cannot connect.
        GStreamerDomain.Stream when fault.Element == "http" => (CameraState.Lost, ExplainResource(fault, address)),
        GStreamerDomain.Stream => (CameraState.Broken, ExplainStream(fault)),
        GStreamerDomain.Core when fault.Code == MissingPlugin => (CameraState.Broken, $"codec not supported: {fault.Message}"),
        _ => (CameraState.Broken, Sentence(fault)),
    };

    private static string ExplainResource(GStreamerFault fault, SourceAddress address)
    {
        if (fault is { Domain: GStreamerDomain.Resource, Code: NotAuthorized })
            return "authentication failed: check user name and password";

        var text = $"{fault.Message} {fault.Debug}";
        if (address.Kind is SourceKind.Device)
        {
            if (text.Contains("ermission denied", StringComparison.Ordinal))
                return "access to the device denied: the service's user must be in the group 'video'";
            return fault.Code switch
            {
                NotFound => "no such device: check that the camera is plugged in",
                Busy => "the device is in use by another program",
                _ => $"the device does not work: {Sentence(fault)}",
            };
        }

        if (address.Kind is SourceKind.File)
        {
            return fault.Code == NotFound
                ? "no such file: check the path"
                : $"the file cannot be read: {Sentence(fault)}";
        }

        foreach (var (sign, reason) in s_network)
        {
            if (text.Contains(sign, StringComparison.OrdinalIgnoreCase))
                return reason;
        }

        if (fault is { Domain: GStreamerDomain.Resource, Code: NotFound })
            return "not found: the camera has no stream at this path; check the path";
        return HostProbe.Explain(address.Location) ?? $"the connection failed: {Sentence(fault)}";
    }

    private static string ExplainStream(GStreamerFault fault) => fault.Code switch
    {
        CodecNotFound or NotImplemented => $"codec not supported: {Sentence(fault)}; set the camera to H.264",
        TypeNotFound or WrongType => $"not a video stream that is understood: {Sentence(fault)}",
        _ => $"bitstream broken: {Sentence(fault)}",
    };

    private static string Sentence(GStreamerFault fault)
    {
        // The debug text begins with a source file and line of GStreamer; only what follows helps anyone.
        var detail = fault.Debug.Split('\n') is { Length: > 1 } lines ? lines[1].Trim() : "";
        return detail.Length == 0 ? fault.Message : $"{fault.Message} {detail}";
    }

    private static string Redact(string text, SourceAddress address) =>
        string.IsNullOrEmpty(address.Password) ? text : text.Replace(address.Password, "***", StringComparison.Ordinal);
}
