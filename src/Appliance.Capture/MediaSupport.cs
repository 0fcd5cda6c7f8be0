using Appliance.Capture.Frames;
using Appliance.Native.GStreamer;

namespace Appliance.Capture;

/// <summary>One thing the box can or cannot do with media, for <c>doctor</c> and health.</summary>
/// <param name="Ability">What it is for, such as <c>decode h264</c>.</param>
/// <param name="Element">The GStreamer element that does it; empty when there is none.</param>
/// <param name="IsHardware">It is done by hardware.</param>
/// <param name="WhyNot">What is missing and what to do; empty when the ability is there.</param>
public sealed record MediaAbility(string Ability, string Element, bool IsHardware, string WhyNot);

/// <summary>Looks up what this box's GStreamer can do.</summary>
public static class MediaSupport
{
    private static readonly (string Ability, string Element, string Package)[] s_needed =
    [
        ("receive RTSP", "rtspsrc", "gstreamer1.0-plugins-good"),
        ("receive HTTP", "souphttpsrc", "gstreamer1.0-plugins-good"),
        ("read V4L2 devices", "v4l2src", "gstreamer1.0-plugins-good"),
        ("read MP4", "qtdemux", "gstreamer1.0-plugins-good"),
        ("write MP4", "mp4mux", "gstreamer1.0-plugins-good"),
        ("parse H.264", "h264parse", "gstreamer1.0-plugins-bad"),
        ("time H.264 for evidence clips", "h264timestamper", "gstreamer1.0-plugins-bad"),
        ("read JPEG photos", "jpegdec", "gstreamer1.0-plugins-good"),
        ("write JPEG snapshots", "jpegenc", "gstreamer1.0-plugins-good"),
        ("read PNG photos", "pngdec", "gstreamer1.0-plugins-good"),
        ("read WebP photos", "webpdec", "gstreamer1.0-plugins-bad"),
        ("encode H.264 (scene and demo only)", "x264enc", "gstreamer1.0-plugins-ugly"),
    ];

    /// <summary>Version of GStreamer; empty when it is missing.</summary>
    public static string Version => GStreamerLibrary.Version;

    /// <summary>Why there is no GStreamer at all and what to do; empty when there is.</summary>
    public static string WhyNot => GStreamerLibrary.WhyNot;

    /// <summary>Hardware decoders that failed since the process started, with the reason.</summary>
    public static IReadOnlyDictionary<string, string> RefusedDecoders => Decoders.Refused;

    /// <summary>Every ability the product uses, present or not.</summary>
    public static IReadOnlyList<MediaAbility> Abilities()
    {
        var abilities = new List<MediaAbility>();
        foreach (var codec in (string[])["h264", "h265", "jpeg"])
        {
            var decoder = Decoders.For(codec);
            abilities.Add(decoder is null
                ? new($"decode {codec}", "", false, Missing("gstreamer1.0-libav"))
                : new($"decode {codec}", decoder.Factory, decoder.IsHardware, ""));
        }

        foreach (var (ability, element, package) in s_needed)
        {
            abilities.Add(GStreamerLibrary.HasElement(element)
                ? new(ability, element, false, "")
                : new(ability, "", false, Missing(package)));
        }

        return abilities;
    }

    private static string Missing(string package) => WhyNot.Length > 0 ? WhyNot : $"install {package}";
}
