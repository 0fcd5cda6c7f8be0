using System.Collections.Concurrent;
using Appliance.Native.GStreamer;

namespace Appliance.Capture.Frames;

/// <summary>One way to decode a codec.</summary>
/// <param name="Factory">GStreamer element.</param>
/// <param name="Elements">The element named <c>decoder</c> with its settings, and what brings its pictures into plain memory.</param>
/// <param name="IsHardware">Its pictures come from a small pool that must not be held for long.</param>
internal sealed record Decoder(string Factory, string Elements, bool IsHardware);

/// <summary>Which decoder is used: the first of a fixed order that this box has and that has not failed here.</summary>
internal static class Decoders
{
    // One thread per software decoder: frame threads cost memory and latency, and cameras already run side by side.
    private static readonly Dictionary<string, Decoder[]> s_order = new()
    {
        ["h264"] =
        [
            Nvidia("nvv4l2decoder"), Hardware("v4l2h264dec"), Hardware("v4l2slh264dec"), Hardware("vah264dec"),
            Software("avdec_h264", "max-threads=1"), Software("openh264dec"),
        ],
        ["h265"] =
        [
            Nvidia("nvv4l2decoder"), Hardware("v4l2h265dec"), Hardware("v4l2slh265dec"), Hardware("vah265dec"),
            Software("avdec_h265", "max-threads=1"), Software("libde265dec"),
        ],
        ["jpeg"] = [Software("jpegdec", "idct-method=islow"), Software("avdec_mjpeg", "max-threads=1")],
        ["vp8"] = [Software("vp8dec"), Software("avdec_vp8", "max-threads=1")],
        ["vp9"] = [Software("vp9dec"), Software("avdec_vp9", "max-threads=1")],
        ["av1"] = [Hardware("vaav1dec"), Software("dav1ddec"), Software("av1dec")],
        ["mpeg4"] = [Software("avdec_mpeg4", "max-threads=1")],
        ["mpeg2"] = [Software("avdec_mpeg2video", "max-threads=1"), Software("mpeg2dec")],
    };

    private static readonly ConcurrentDictionary<string, string> s_refused = new();

    /// <summary>Hardware decoders that failed since the process started, with the reason, for health.</summary>
    public static IReadOnlyDictionary<string, string> Refused => s_refused;

    /// <summary>Null when this box has no decoder for the codec.</summary>
    public static Decoder? For(string codec) =>
        s_order.TryGetValue(codec, out var order)
            ? Array.Find(order, decoder => !s_refused.ContainsKey(decoder.Factory) && GStreamerLibrary.HasElement(decoder.Factory))
            : null;

    /// <summary>Notes that a hardware decoder does not work here, so that the next opening takes the next in order.</summary>
    public static void Refuse(string factory, string reason) => s_refused.TryAdd(factory, reason);

    private static Decoder Nvidia(string factory) =>
        new(factory, $"{factory} name=decoder ! nvvidconv ! video/x-raw,format=(string){{I420,NV12}}", IsHardware: true);

    private static Decoder Hardware(string factory) => new(factory, $"{factory} name=decoder", IsHardware: true);

    private static Decoder Software(string factory, string settings = "") =>
        new(factory, $"{factory} name=decoder {settings}", IsHardware: false);
}
