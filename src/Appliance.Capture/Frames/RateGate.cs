namespace Appliance.Capture.Frames;

/// <summary>Lets through at most so many frames per second of stream time, evenly, whatever the stream's own rate.</summary>
internal sealed class RateGate
{
    private readonly long _interval;
    private long _due = long.MinValue;

    /// <param name="framesPerSecond">0 lets everything through.</param>
    public RateGate(double framesPerSecond) => _interval = framesPerSecond <= 0 ? 0 : (long)(1e9 / framesPerSecond);

    /// <param name="time">Time of the frame in nanoseconds.</param>
    public bool Admit(long time)
    {
        if (_interval == 0)
            return true;

        // A quarter of an interval early is on time: arrival jitter must not halve the rate of a camera at the limit.
        if (time < _due - (_interval / 4) && time > _due - (2 * _interval))
            return false;

        // Counting on from the due time keeps the average; after a gap or a jump back counting begins anew.
        var isFar = _due == long.MinValue || Math.Abs(time - _due) > _interval;
        _due = (isFar ? time : _due) + _interval;
        return true;
    }
}
