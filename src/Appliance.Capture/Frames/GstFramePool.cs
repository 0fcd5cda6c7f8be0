namespace Appliance.Capture.Frames;

/// <summary>The frame objects of one stream: after the first few frames nothing is allocated any more. Thread-safe.</summary>
internal sealed class GstFramePool
{
    private readonly Lock _lock = new();
    private readonly Stack<GstFrame> _idle = new(16);
    private int _out;

    /// <summary>Frames that someone still holds.</summary>
    public int Out
    {
        get
        {
            lock (_lock)
                return _out;
        }
    }

    public GstFrame Rent()
    {
        lock (_lock)
        {
            _out++;
            if (_idle.TryPop(out var frame))
                return frame;
        }

        return new GstFrame(this);
    }

    public void Return(GstFrame frame)
    {
        lock (_lock)
        {
            _out--;
            _idle.Push(frame);
        }
    }
}
