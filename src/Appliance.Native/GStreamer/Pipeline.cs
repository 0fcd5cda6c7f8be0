using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Appliance.Native.GStreamer;

/// <summary>
/// A GStreamer pipeline written as text (<c>filesrc name=file ! …</c>), of two elements or more. Values that come from outside are set as properties,
/// never put into the text. Dispose stops it and waits for its threads.
/// </summary>
public sealed unsafe partial class Pipeline : IDisposable
{
    private const int StateNull = 1;
    private const int StatePaused = 3;
    private const int StatePlaying = 4;
    private const int FormatTime = 3;

    private static readonly TimeSpan s_nap = TimeSpan.FromMilliseconds(2);

    private static int s_alive;

    private readonly ElementHandle _pipeline;
    private readonly ElementHandle _bus;

    private Pipeline(ElementHandle pipeline)
    {
        _pipeline = pipeline;
        _bus = new ElementHandle(NativeMethods.gst_element_get_bus(Native));
        Interlocked.Increment(ref s_alive);
        NativeMethods.g_object_weak_ref(Native, &OnFinalized, 0);
    }

    /// <summary>Native pipelines that have not been freed yet, for tests: a leaked pad, sample or element keeps one alive.</summary>
    public static int Alive => Volatile.Read(ref s_alive);

    private nint Native => _pipeline.DangerousGetHandle();

    /// <exception cref="GStreamerException">The library or an element is missing, or the text is wrong.</exception>
    public static Pipeline Parse(string description)
    {
        GStreamerLibrary.Require();
        GError* error = null;
        var parsed = NativeMethods.gst_parse_launch(description, &error);
        if (parsed != 0 && error == null)
            return new Pipeline(new ElementHandle(NativeMethods.gst_object_ref_sink(parsed)));

        if (parsed != 0)
            NativeMethods.gst_object_unref(NativeMethods.gst_object_ref_sink(parsed));
        throw new GStreamerException(GStreamerLibrary.TakeMessage(error));
    }

    /// <summary>Sets a property, written as on the command line.</summary>
    public void Set(string element, string property, string value)
    {
        using var found = Find(element);
        NativeMethods.gst_util_set_object_arg(found.DangerousGetHandle(), property, value);
    }

    /// <summary>The <c>appsink</c> of that name.</summary>
    public VideoSink Sink(string name)
    {
        var found = Find(name);
        OfferVideoMeta(found);
        return new VideoSink(found);
    }

    /// <summary>The <c>appsrc</c> of that name.</summary>
    public BufferSource Source(string name) => new(Find(name));

    /// <summary>Starts; returns at once for network sources. Faults come through <see cref="TryReadFault"/>.</summary>
    public void Play() => _ = NativeMethods.gst_element_set_state(Native, StatePlaying);

    /// <summary>Loads up to the first picture without playing.</summary>
    public void Pause() => _ = NativeMethods.gst_element_set_state(Native, StatePaused);

    /// <summary>Stops and waits for the streaming threads.</summary>
    public void Stop() => _ = NativeMethods.gst_element_set_state(Native, StateNull);

    /// <summary>Length of the stream in nanoseconds, if known yet.</summary>
    public long? Duration
    {
        get
        {
            long duration;
            return NativeMethods.gst_element_query_duration(Native, FormatTime, &duration) != 0 && duration > 0 ? duration : null;
        }
    }

    /// <summary>Takes the next error or warning off the bus; waits up to <paramref name="timeout"/>.</summary>
    public bool TryReadFault([NotNullWhen(true)] out GStreamerFault? fault, out bool isError, TimeSpan timeout = default)
    {
        var message = NativeMethods.gst_bus_timed_pop_filtered(
            _bus.DangerousGetHandle(), (ulong)(timeout.Ticks * 100), GstMessage.Error | GstMessage.Warning);
        isError = message != null && message->Type == GstMessage.Error;
        fault = message == null ? null : Read(message);
        return fault is not null;
    }

    /// <summary>Waits until the end of the stream has reached every sink.</summary>
    /// <exception cref="GStreamerException">The pipeline failed, or the time ran out.</exception>
    public void WaitForEnd(TimeSpan timeout)
    {
        var message = NativeMethods.gst_bus_timed_pop_filtered(
            _bus.DangerousGetHandle(), (ulong)(timeout.Ticks * 100), GstMessage.Error | GstMessage.Eos);
        if (message == null)
            throw new GStreamerException($"the stream did not end within {timeout.TotalSeconds:0} s");

        if (message->Type == GstMessage.Error)
            throw new GStreamerException(Read(message));

        NativeMethods.gst_mini_object_unref((nint)message);
    }

    /// <exception cref="GStreamerException">The pipeline has reported an error.</exception>
    public void ThrowIfFailed()
    {
        while (TryReadFault(out var fault, out var isError))
        {
            if (isError)
                throw new GStreamerException(fault);
        }
    }

    /// <summary>
    /// Waits while <paramref name="source"/> holds <paramref name="most"/> buffers or more. Unlike a blocking push it notices
    /// when the pipeline has failed, after which nothing would ever be taken.
    /// </summary>
    /// <exception cref="GStreamerException">The pipeline has reported an error.</exception>
    public void AwaitRoom(BufferSource source, int most)
    {
        ThrowIfFailed();
        while (source.Waiting >= most)
        {
            if (TryReadFault(out var fault, out var isError, s_nap) && isError)
                throw new GStreamerException(fault);
        }
    }

    public void Dispose()
    {
        if (_pipeline.IsClosed)
            return;

        Stop();
        _bus.Dispose();
        _pipeline.Dispose();
    }

    private static GStreamerFault Read(GstMessage* message)
    {
        GError* error = null;
        byte* debug = null;
        if (message->Type == GstMessage.Error)
            NativeMethods.gst_message_parse_error(message, &error, &debug);
        else
            NativeMethods.gst_message_parse_warning(message, &error, &debug);

        var fault = new GStreamerFault(
            message->Source == 0 ? "" : GStreamerLibrary.TakeText((nint)NativeMethods.gst_object_get_name(message->Source)),
            error == null ? GStreamerDomain.Other : Domain(GStreamerLibrary.Text(NativeMethods.g_quark_to_string(error->Domain))),
            error == null ? 0 : error->Code,
            error == null ? "" : GStreamerLibrary.Text(error->Message),
            GStreamerLibrary.TakeText((nint)debug));
        if (error != null)
            NativeMethods.g_error_free(error);
        NativeMethods.gst_mini_object_unref((nint)message);
        return fault;
    }

    private static GStreamerDomain Domain(string quark) => quark switch
    {
        "gst-core-error-quark" => GStreamerDomain.Core,
        "gst-library-error-quark" => GStreamerDomain.Library,
        "gst-resource-error-quark" => GStreamerDomain.Resource,
        "gst-stream-error-quark" => GStreamerDomain.Stream,
        _ => GStreamerDomain.Other,
    };

    private ElementHandle Find(string name)
    {
        var found = NativeMethods.gst_bin_get_by_name(Native, name);
        return found != 0 ? new ElementHandle(found) : throw new GStreamerException($"the pipeline has no element '{name}'");
    }

    [UnmanagedCallersOnly]
    private static void OnFinalized(nint data, nint where) => Interlocked.Decrement(ref s_alive);
}
