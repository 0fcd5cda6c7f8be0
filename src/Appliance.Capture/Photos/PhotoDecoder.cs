using System.Diagnostics;
using Appliance.Core.Frames;
using Appliance.Native.GStreamer;

namespace Appliance.Capture.Photos;

/// <summary>Decodes JPEG, PNG and WebP photos, told apart by their first bytes, with the EXIF orientation applied.</summary>
public static class PhotoDecoder
{
    // JFIF says full range BT.601; RGB formats are brought to the same, so that every photo looks alike to a model.
    private const string ToI420 =
        "videoconvert n-threads=1 dither=none ! video/x-raw,format=I420,colorimetry=(string)1:4:0:0 ! "
        + "appsink name=out sync=false enable-last-sample=false";

    /// <summary>The picture as I420, full range BT.601; the caller disposes it.</summary>
    /// <exception cref="PhotoException">The photo is refused; says why.</exception>
    public static PooledFrame Decode(ReadOnlySpan<byte> photo, PhotoLimits? limits = null)
    {
        limits ??= PhotoLimits.Default;
        if (photo.Length > limits.MaxBytes)
        {
            throw new PhotoException(
                PhotoFault.TooLarge, $"the photo has {photo.Length / 1e6:0.0} MB; at most {limits.MaxBytes / 1e6:0.0} MB are taken");
        }

        var header = PhotoHeader.Parse(photo);
        if ((long)header.Width * header.Height > limits.MaxPixels)
        {
            throw new PhotoException(
                PhotoFault.TooLarge,
                $"the photo has {header.Width} × {header.Height} = {(long)header.Width * header.Height / 1e6:0.0} megapixels; "
                + $"at most {limits.MaxPixels / 1e6:0.0} are taken; scale it down");
        }

        return ExifOrientation.Apply(DecodeStored(photo, header, limits.MaxTime), header.Orientation);
    }

    private static PooledFrame DecodeStored(ReadOnlySpan<byte> photo, PhotoHeader header, TimeSpan maxTime)
    {
        var (caps, decoder, settings, package) = header.Format switch
        {
            // The exact integer transform: the default (ifast) is up to 7 grey levels off what other decoders give.
            PhotoFormat.Jpeg => ("image/jpeg", "jpegdec", " idct-method=islow", "gstreamer1.0-plugins-good"),
            PhotoFormat.Png => ("image/png", "pngdec", "", "gstreamer1.0-plugins-good"),
            _ => ("image/webp", "webpdec", "", "gstreamer1.0-plugins-bad"),
        };
        if (!GStreamerLibrary.HasElement(decoder))
        {
            var why = GStreamerLibrary.IsAvailable ? $"install {package}" : GStreamerLibrary.WhyNot;
            throw new PhotoException(PhotoFault.DecoderMissing, $"this box cannot read {header.Format}: {why}");
        }

        try
        {
            using var pipeline = Pipeline.Parse($"appsrc name=in ! {caps} ! {decoder}{settings} ! {ToI420}");
            using var source = pipeline.Source("in");
            using var sink = pipeline.Sink("out");
            source.SetCaps(caps);
            pipeline.Play();
            source.Push(photo);
            source.EndOfStream();
            return Take(pipeline, sink, header, maxTime);
        }
        catch (GStreamerException fault)
        {
            throw new PhotoException(PhotoFault.Corrupt, $"the {header.Format} file is damaged: {fault.Fault.Message}");
        }
    }

    private static PooledFrame Take(Pipeline pipeline, VideoSink sink, PhotoHeader header, TimeSpan maxTime)
    {
        var sample = new VideoSample();
        var started = Stopwatch.GetTimestamp();
        while (true)
        {
            var result = sink.TryPull(sample, TimeSpan.FromMilliseconds(50));
            if (result == PullResult.Taken)
                break;

            pipeline.ThrowIfFailed();
            if (result == PullResult.End)
                throw new PhotoException(PhotoFault.Corrupt, $"the {header.Format} file is damaged: it holds no picture");
            if (Stopwatch.GetElapsedTime(started) > maxTime)
                throw new PhotoException(PhotoFault.TooLarge, $"the photo takes longer than {maxTime.TotalSeconds:0} s to decode");
        }

        try
        {
            return Copy(sample);
        }
        finally
        {
            sample.Release();
        }
    }

    private static PooledFrame Copy(VideoSample sample)
    {
        var frame = new PooledFrame(sample.Width, sample.Height, ColorSpace.Bt601Full);
        for (var plane = 0; plane < 3; plane++)
        {
            var width = plane == 0 ? sample.Width : (sample.Width + 1) / 2;
            var height = plane == 0 ? sample.Height : (sample.Height + 1) / 2;
            var from = sample.Plane(plane);
            var to = frame.Writable(plane);
            for (var y = 0; y < height; y++)
                from.Slice(y * sample.Stride(plane), width).CopyTo(to[(y * width)..]);
        }

        return frame;
    }
}
