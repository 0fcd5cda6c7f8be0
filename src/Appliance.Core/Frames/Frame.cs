using Appliance.Core.Cameras;

namespace Appliance.Core.Frames;

/// <summary>
/// One decoded picture, borrowed from whoever made it. It has exactly one owner at a time; writing it to a channel hands
/// ownership over, and the last owner disposes it, which gives the buffer back. Spans are valid until then.
/// </summary>
public abstract class Frame : IDisposable
{
    /// <summary>The camera that saw it.</summary>
    public CameraId Camera { get; protected set; }

    /// <summary>Counts the frames of one opening of the camera, from 0; gaps are frames that were dropped.</summary>
    public long Sequence { get; protected set; }

    /// <summary>Presentation time in the stream; restarts when the camera is reopened.</summary>
    public TimeSpan MediaTime { get; protected set; }

    /// <summary>Wall clock at arrival, UTC. For people and evidence; never for measuring.</summary>
    public DateTimeOffset CapturedAt { get; protected set; }

    /// <summary>Monotonic arrival time (<see cref="TimeProvider.GetTimestamp"/>), for latency and time-outs.</summary>
    public long CapturedTimestamp { get; protected set; }

    /// <summary>Width in pixels.</summary>
    public int Width { get; protected set; }

    /// <summary>Height in pixels.</summary>
    public int Height { get; protected set; }

    public PixelFormat Format { get; protected set; }

    public ColorSpace ColorSpace { get; protected set; }

    /// <summary>The bytes of plane <paramref name="index"/> (Y, U, V or Y, UV), <see cref="Stride"/> bytes per row.</summary>
    public abstract ReadOnlySpan<byte> Plane(int index);

    /// <summary>Bytes from one row of plane <paramref name="index"/> to the next; at least the row's own bytes.</summary>
    public abstract int Stride(int index);

    /// <summary>Gives the buffer back. Disposing twice does nothing.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}
