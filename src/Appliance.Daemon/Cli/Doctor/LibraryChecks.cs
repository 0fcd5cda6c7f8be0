using System.Runtime.InteropServices;
using Appliance.Inference;
using Appliance.Native.GStreamer;
using Appliance.Native.Mosquitto;
using Appliance.Native.OnnxRuntime;
using Appliance.Native.Secp256k1;

namespace Appliance.Daemon.Cli.Doctor;

/// <summary>The C libraries and GStreamer elements that the box stands on.</summary>
internal static class LibraryChecks
{
    private static readonly (string Element, string For, string Package)[] s_needed =
    [
        ("rtspsrc", "RTSP cameras", "gstreamer1.0-plugins-good"),
        ("h264parse", "H.264", "gstreamer1.0-plugins-bad"),
        ("jpegdec", "JPEG photos and MJPEG cameras", "gstreamer1.0-plugins-good"),
        ("jpegenc", "snapshots", "gstreamer1.0-plugins-good"),
        ("pngdec", "PNG photos", "gstreamer1.0-plugins-good"),
        ("webpdec", "WebP photos", "gstreamer1.0-plugins-bad"),
        ("v4l2src", "USB cameras", "gstreamer1.0-plugins-good"),
    ];

    private static readonly string[] s_h264 = ["v4l2h264dec", "nvv4l2decoder", "vah264dec", "avdec_h264", "openh264dec"];

    public static IEnumerable<Check> All(InferenceOptions inference) =>
        [GStreamer(), .. Elements(), OnnxRuntime(inference), Mosquitto(), Sqlite(), Secp256k1()];

    private static Check GStreamer() => GStreamerLibrary.IsAvailable
        ? Check.Ok("gstreamer", GStreamerLibrary.Version)
        : Check.Fail("gstreamer", GStreamerLibrary.WhyNot, "apt install libgstreamer1.0-0 libgstreamer-plugins-base1.0-0 gstreamer1.0-plugins-base");

    private static IEnumerable<Check> Elements()
    {
        if (!GStreamerLibrary.IsAvailable)
            yield break;

        foreach (var (element, purpose, package) in s_needed.Where(needed => !GStreamerLibrary.HasElement(needed.Element)))
            yield return Check.Warn($"gstreamer {element}", $"missing: no {purpose}", $"apt install {package}");

        var decoders = s_h264.Where(GStreamerLibrary.HasElement).ToList();
        yield return decoders.Count > 0
            ? Check.Ok("h264 decoders", string.Join(", ", decoders))
            : Check.Fail("h264 decoders", "none: no camera with H.264 works", "apt install gstreamer1.0-libav");
    }

    private static Check OnnxRuntime(InferenceOptions inference)
    {
        var runtime = OrtRuntime.Load(inference.Library.Length > 0 ? inference.Library : null);
        return runtime.IsAvailable
            ? Check.Ok("onnxruntime", $"{runtime.Version} from {runtime.LibraryPath}")
            : Check.Fail("onnxruntime", runtime.WhyNot ?? "", "run build/setup.sh, or set Inference.Library to libonnxruntime.so.1");
    }

    private static Check Mosquitto() => MosquittoLibrary.IsAvailable
        ? Check.Ok("libmosquitto", MosquittoLibrary.Version ?? "")
        : Check.Fail("libmosquitto", MosquittoLibrary.WhyNot ?? "", "apt install libmosquitto1");

    private static Check Secp256k1() => Secp256k1Curve.IsAvailable
        ? Check.Ok("libsecp256k1", "present")
        : Check.Fail("libsecp256k1", Secp256k1Curve.WhyNot ?? "", "apt install libsecp256k1-1; evidence is not signed until then");

    private static Check Sqlite()
    {
        if (!NativeLibrary.TryLoad("libsqlite3.so.0", out var library))
            return Check.Fail("libsqlite3", "not found", "apt install libsqlite3-0");

        NativeLibrary.Free(library);
        return Check.Ok("libsqlite3", "present");
    }
}
