using System.Runtime.InteropServices;

namespace Appliance.Native.GStreamer;

/// <summary>Loads and initialises GStreamer once for the process.</summary>
public static unsafe class GStreamerLibrary
{
    private static readonly Lazy<(string Version, string WhyNot)> s_probe = new(Probe);

    /// <summary>Whether the library is there and initialised.</summary>
    public static bool IsAvailable => s_probe.Value.WhyNot.Length == 0;

    /// <summary>Why it is not available and what to do; empty when it is.</summary>
    public static string WhyNot => s_probe.Value.WhyNot;

    /// <summary>Such as <c>GStreamer 1.22.0</c>; empty when not available.</summary>
    public static string Version => s_probe.Value.Version;

    /// <summary>Whether a plugin provides the element <paramref name="factory"/>; false when the library is absent.</summary>
    public static bool HasElement(string factory)
    {
        if (!IsAvailable)
            return false;

        var found = NativeMethods.gst_element_factory_find(factory);
        if (found == 0)
            return false;

        NativeMethods.gst_object_unref(found);
        return true;
    }

    /// <exception cref="GStreamerException">The library is not available; the message is <see cref="WhyNot"/>.</exception>
    internal static void Require()
    {
        if (!IsAvailable)
            throw new GStreamerException(WhyNot);
    }

    internal static string Text(byte* utf8) => Marshal.PtrToStringUTF8((nint)utf8) ?? "";

    /// <summary>The text of a string that the caller owns, which is freed.</summary>
    internal static string TakeText(nint utf8)
    {
        var text = Marshal.PtrToStringUTF8(utf8) ?? "";
        NativeMethods.g_free(utf8);
        return text;
    }

    internal static string TakeMessage(GError* error)
    {
        if (error == null)
            return "";

        var text = Text(error->Message);
        NativeMethods.g_error_free(error);
        return text;
    }

    private static (string Version, string WhyNot) Probe()
    {
        try
        {
            GError* error = null;
            if (NativeMethods.gst_init_check(0, 0, &error) == 0)
                return ("", $"GStreamer does not start: {TakeMessage(error)}");

            var version = TakeText((nint)NativeMethods.gst_version_string());
            _ = NativeMethods.gst_video_meta_api_get_type();
            return (version, "");
        }
        catch (Exception missing) when (missing is DllNotFoundException or EntryPointNotFoundException)
        {
            return ("", $"GStreamer is missing ({missing.Message}); install gstreamer1.0-plugins-base, -good, -bad and gstreamer1.0-libav");
        }
    }
}
