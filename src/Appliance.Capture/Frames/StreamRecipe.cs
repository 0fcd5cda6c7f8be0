using Appliance.Capture.Cameras;

namespace Appliance.Capture.Frames;

/// <summary>The text of the pipelines: from each kind of source to the element <c>tail</c>.</summary>
internal static class StreamRecipe
{
    // videoconvert passes I420 and NV12 through untouched; it works only for what a decoder gives in another layout.
    private const string Tail =
        "videoconvert name=tail n-threads=1 ! video/x-raw,format=(string){I420,NV12} ! "
        + "appsink name=sink max-buffers=2 qos=false enable-last-sample=false";

    /// <summary>Text of the pipeline; the element <c>source</c> gets the pads that <see cref="Branch"/> continues.</summary>
    public static string For(SourceAddress address, string? container) => address.Kind switch
    {
        SourceKind.Rtsp => $"rtspsrc name=source {Tail} sync=false",
        // A picture per HTTP part, stamped on arrival.
        SourceKind.Http =>
            $"souphttpsrc name=http is-live=true do-timestamp=true keep-alive=false retries=0 ! parsebin name=source {Tail} sync=false",
        SourceKind.Device => $"v4l2src name=device do-timestamp=true ! decodebin name=source {Tail} sync=false",
        SourceKind.TestPattern =>
            "videotestsrc is-live=true pattern=ball ! video/x-raw,format=I420,width=640,height=360,framerate=15/1 ! " + Tail,
        _ => $"filesrc name=file ! {container ?? "parsebin"} name=source {Tail}",
    };

    /// <summary>Demuxer for a file that begins with <paramref name="head"/>; null leaves it to GStreamer's own detection.</summary>
    /// <remarks>Saves the threads and queues of <c>parsebin</c> for the usual files.</remarks>
    public static string? Container(ReadOnlySpan<byte> head)
    {
        if (head.Length >= 12 && head[4..8].SequenceEqual("ftyp"u8))
            return "qtdemux";
        if (head.Length >= 4 && head[..4].SequenceEqual((ReadOnlySpan<byte>)[0x1A, 0x45, 0xDF, 0xA3]))
            return "matroskademux";
        return head.StartsWith("RIFF"u8) && head.Length >= 12 && head[8..12].SequenceEqual("AVI "u8) ? "avidemux" : null;
    }

    /// <summary>Name of the codec in caps; empty when it is not video.</summary>
    public static string Codec(string caps)
    {
        var name = caps.AsSpan(0, caps.IndexOfAny([',', '(', ' ']) is var end and >= 0 ? end : caps.Length);
        if (name.SequenceEqual("application/x-rtp"))
            return Field(caps, "media") == "video" ? RtpCodec(Field(caps, "encoding-name")) : "";

        return name switch
        {
            "video/x-h264" => "h264",
            "video/x-h265" => "h265",
            "image/jpeg" => "jpeg",
            "video/x-vp8" => "vp8",
            "video/x-vp9" => "vp9",
            "video/x-av1" => "av1",
            "video/x-raw" => "raw",
            "video/mpeg" => Field(caps, "mpegversion") == "4" ? "mpeg4" : "mpeg2",
            _ when name.StartsWith("video/") || name.StartsWith("image/") => name[6..].ToString(),
            _ => "",
        };
    }

    /// <summary>Elements from a pad with these caps to <c>tail</c>; depayloader and parser, if any, are named <c>depay</c> and <c>parse</c>.</summary>
    public static string Branch(string caps, string codec, Decoder? decoder)
    {
        if (codec == "raw")
            return "identity silent=true";

        // SPS and PPS before every key frame: then every cut of the pre-roll can be decoded by itself.
        var isRtp = caps.StartsWith("application/x-rtp", StringComparison.Ordinal);
        return codec switch
        {
            "h264" when isRtp =>
                $"rtph264depay name=depay ! h264parse name=parse config-interval=-1 ! {AccessUnits("h264")} ! {decoder!.Elements}",
            "h265" when isRtp =>
                $"rtph265depay name=depay ! h265parse name=parse config-interval=-1 ! {AccessUnits("h265")} ! {decoder!.Elements}",
            "jpeg" when isRtp => $"rtpjpegdepay name=depay ! jpegparse name=parse ! {decoder!.Elements}",
            _ when isRtp => $"rtp{codec}depay name=depay ! {decoder!.Elements}",
            "h264" or "h265" => $"{codec}parse name=parse ! {decoder!.Elements}",
            "jpeg" => $"jpegparse name=parse ! {decoder!.Elements}",
            _ => decoder!.Elements,
        };
    }

    private static string AccessUnits(string codec) => $"video/x-{codec},stream-format=byte-stream,alignment=au";

    private static string RtpCodec(string encoding) => encoding.ToUpperInvariant() switch
    {
        "H264" => "h264",
        "H265" => "h265",
        "JPEG" => "jpeg",
        "VP8" => "vp8",
        "VP9" => "vp9",
        var other => other.ToLowerInvariant(),
    };

    private static string Field(string caps, string name)
    {
        var at = caps.IndexOf($"{name}=", StringComparison.Ordinal);
        if (at < 0)
            return "";

        var value = caps.AsSpan(at + name.Length + 1);
        if (value.StartsWith("(") && value.IndexOf(')') is var close and > 0)
            value = value[(close + 1)..];
        var end = value.IndexOfAny(",; ");
        return (end < 0 ? value : value[..end]).Trim('"').ToString();
    }
}
