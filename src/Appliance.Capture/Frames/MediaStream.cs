using Appliance.Capture.Cameras;
using Appliance.Native.GStreamer;

namespace Appliance.Capture.Frames;

/// <summary>How a source is opened.</summary>
internal sealed record StreamSettings
{
    public CameraTransport Transport { get; init; } = CameraTransport.Tcp;

    /// <summary>Time to wait for the network before an attempt counts as failed.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Files: play at the recorded speed.</summary>
    public bool Realtime { get; init; }

    /// <summary>Sees the encoded packets as whole access units, before the decoder; null: nobody does.</summary>
    public IEncodedTap? Tap { get; init; }

    /// <summary>Sees what arrives, before a parser has dropped what is broken; null: nobody does.</summary>
    public IEncodedTap? Arrival { get; init; }
}

/// <summary>One opening of a source: a running pipeline from which pictures are pulled. One thread pulls at a time.</summary>
internal sealed class MediaStream : IDisposable
{
    private readonly SourceAddress _address;
    private readonly StreamSettings _settings;
    private readonly Pipeline _pipeline;
    private readonly VideoSink _sink;
    private Decoder? _decoder;
    private string? _unusable;
    private bool _hasPicture;

    private MediaStream(SourceAddress address, StreamSettings settings)
    {
        _address = address;
        _settings = settings;
        var container = address.Kind == SourceKind.File ? StreamRecipe.Container(Head(address.Location)) : null;
        _pipeline = Pipeline.Parse(StreamRecipe.For(address, container));
        try
        {
            _sink = _pipeline.Sink("sink");
            Configure();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Such as <c>h264</c>; empty before it is known.</summary>
    public string Codec { get; private set; } = "";

    /// <summary>Element that decodes; empty before it is known.</summary>
    public string Decoder => Volatile.Read(ref _decoder)?.Factory ?? "";

    /// <summary>The decoder's pictures come from a small pool.</summary>
    public bool IsHardware => Volatile.Read(ref _decoder)?.IsHardware ?? _address.Kind == SourceKind.Device;

    /// <summary>Warnings about the bitstream so far.</summary>
    public long DecodeErrors { get; private set; }

    public TimeSpan? Duration => _pipeline.Duration is { } nanoseconds ? TimeSpan.FromTicks(nanoseconds / 100) : null;

    /// <exception cref="CameraFaultException">It cannot be opened.</exception>
    public static MediaStream Open(SourceAddress address, StreamSettings settings)
    {
        if (!GStreamerLibrary.IsAvailable)
            throw new CameraFaultException(CameraState.Broken, GStreamerLibrary.WhyNot);

        try
        {
            var stream = new MediaStream(address, settings);
            stream._pipeline.Play();
            return stream;
        }
        catch (GStreamerException fault)
        {
            throw new CameraFaultException(CameraState.Broken, $"{fault.Message}: install the GStreamer plugins (watchpost doctor)");
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new CameraFaultException(CameraState.Lost, $"the file cannot be read: {fault.Message}");
        }
    }

    /// <summary>Waits for the next picture; see <see cref="VideoSink"/>.</summary>
    /// <exception cref="CameraFaultException">The stream broke.</exception>
    public PullResult Pull(VideoSample into, TimeSpan timeout, Func<long?, bool> wanted)
    {
        try
        {
            var result = _sink.TryPull(into, timeout, wanted);
            _hasPicture |= result is PullResult.Taken or PullResult.Skipped;
            ReadFaults();
            if (result == PullResult.End && !_hasPicture)
                throw new CameraFaultException(CameraState.Broken, $"it ended without a single picture ({_address})");
            return result;
        }
        catch (GStreamerException fault)
        {
            throw FaultReason.From(fault.Fault, _address);
        }
    }

    public void Dispose()
    {
        _pipeline.Stop();
        _sink?.Dispose();
        _pipeline.Dispose();
    }

    private void ReadFaults()
    {
        while (_pipeline.TryReadFault(out var fault, out var isError))
        {
            if (fault.Domain == GStreamerDomain.Stream)
                DecodeErrors++;
            if (!isError)
                continue;

            if (fault.Element == "decoder" && !_hasPicture && _decoder is { IsHardware: true } failed)
                Decoders.Refuse(failed.Factory, fault.Message);
            throw Volatile.Read(ref _unusable) is { } why
                ? new CameraFaultException(CameraState.Broken, why)
                : FaultReason.From(fault, _address);
        }

        if (_hasPicture)
            return;

        if (_pipeline.LinkFailure is { } failure)
            throw new CameraFaultException(CameraState.Broken, $"{failure.Message} ({_address})");
        if (Codec.Length == 0 && Volatile.Read(ref _unusable) is { } reason)
            throw new CameraFaultException(CameraState.Broken, reason);
    }

    private void Configure()
    {
        switch (_address.Kind)
        {
            case SourceKind.Rtsp:
                ConfigureRtsp();
                break;
            case SourceKind.Http:
                _pipeline.Set("http", "location", _address.Location);
                _pipeline.Set("http", "timeout", Seconds(_settings.Timeout));
                SetCredentials("http", "user-id", "user-pw");
                break;
            case SourceKind.Device:
                _pipeline.Set("device", "device", _address.Location);
                break;
            case SourceKind.File:
                _pipeline.Set("file", "location", _address.Location);
                _pipeline.Set("sink", "sync", _settings.Realtime ? "true" : "false");
                break;
            default:
                Codec = "raw";
                return;
        }

        _pipeline.OnPad("source", "tail", Continue, Connected);
    }

    private void ConfigureRtsp()
    {
        _pipeline.Set("source", "location", _address.Location);
        _pipeline.Set("source", "protocols", _settings.Transport == CameraTransport.Udp ? "udp" : "tcp");
        // The jitter buffer: long enough to reorder UDP, short enough for an alert "at once".
        _pipeline.Set("source", "latency", _settings.Transport == CameraTransport.Udp ? "200" : "100");
        _pipeline.Set("source", "tcp-timeout", Microseconds(_settings.Timeout));
        _pipeline.Set("source", "timeout", Microseconds(_settings.Timeout));
        // Cameras on a site network have self-signed certificates.
        _pipeline.Set("source", "tls-validation-flags", "0");
        SetCredentials("source", "user-id", "user-pw");
        // No sound: what is not asked for is not sent.
        _pipeline.OnSelectStream("source", caps => caps.Contains("media=(string)video", StringComparison.Ordinal));
    }

    private void SetCredentials(string element, string user, string password)
    {
        if (_address.Username is not null)
            _pipeline.Set(element, user, _address.Username);
        if (_address.Password is not null)
            _pipeline.Set(element, password, _address.Password);
    }

    // On a streaming thread: the first pad that holds video is continued to the picture, all others are left alone.
    private string? Continue(string caps)
    {
        var codec = StreamRecipe.Codec(caps);
        if (codec.Length == 0 || Codec.Length > 0)
            return null;

        var decoder = Decoders.For(codec);
        if (decoder is null && codec != "raw")
        {
            Volatile.Write(ref _unusable, $"codec not supported: {codec}; set the camera to H.264 ({_address})");
            return null;
        }

        Volatile.Write(ref _decoder, decoder);
        Codec = codec;
        return StreamRecipe.Branch(caps, codec, decoder);
    }

    private void Connected(Pipeline pipeline)
    {
        var isParsed = Codec is "h264" or "h265" or "jpeg";
        if (_settings.Arrival is not null && (isParsed || _address.Kind == SourceKind.Rtsp))
            pipeline.Tap(_address.Kind == SourceKind.Rtsp ? "depay" : "parse", _settings.Arrival);
        if (_settings.Tap is not null && isParsed)
            pipeline.Tap("parse", _settings.Tap);
    }

    private static byte[] Head(string path)
    {
        if (!File.Exists(path))
            throw new CameraFaultException(CameraState.Lost, $"no such file: check the path ({path})");

        using var file = File.OpenRead(path);
        var head = new byte[16];
        var length = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        return head[..length];
    }

    private static string Microseconds(TimeSpan time) => ((long)time.TotalMicroseconds).ToString();

    private static string Seconds(TimeSpan time) => Math.Max(1, (int)time.TotalSeconds).ToString();
}
