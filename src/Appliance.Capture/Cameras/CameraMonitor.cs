using Appliance.Core.Cameras;
using Appliance.Core.Frames;

namespace Appliance.Capture.Cameras;

/// <summary>Counts and states of one camera. Written by its source, its watchdog and its supervisor; read by everyone.</summary>
internal sealed class CameraMonitor(CameraId camera, TimeProvider clock, Action<CameraHealth> changed)
{
    private readonly Lock _lock = new();
    private readonly Lock _telling = new();
    private CameraState _state = CameraState.Stopped;
    private string _reason = "not started";
    private DateTimeOffset _since = clock.GetUtcNow();
    private DateTimeOffset? _lastFrameAt;
    private long _lastFrameTimestamp;
    private long _decoded;
    private long _skipped;
    private long _packetsSinceFrame;
    private long _earlierDecodeErrors;
    private long _decodeErrors;
    private int _restarts;
    private int _width;
    private int _height;
    private string _codec = "";
    private string _decoder = "";
    private double _rate;
    private long _rateCount;
    private long _rateSince;

    public CameraHealth Health
    {
        get
        {
            lock (_lock)
                return Snapshot();
        }
    }

    /// <summary>Timestamp of the newest frame of this opening, or of the opening itself.</summary>
    public long LastSign => Volatile.Read(ref _lastFrameTimestamp);

    /// <summary>Whether this opening has given a frame.</summary>
    public bool HasFrame { get; private set; }

    /// <summary>Encoded packets since the newest frame.</summary>
    public long PacketsSinceFrame => Interlocked.Read(ref _packetsSinceFrame);

    /// <summary>An opening begins.</summary>
    public void Open(bool isRestart)
    {
        lock (_lock)
        {
            HasFrame = false;
            _lastFrameTimestamp = clock.GetTimestamp();
            _packetsSinceFrame = 0;
            _earlierDecodeErrors += _decodeErrors;
            _decodeErrors = 0;
            _restarts += isRestart ? 1 : 0;
            (_rate, _rateCount, _rateSince) = (0, 0, _lastFrameTimestamp);
        }
    }

    public void Describe(string codec, string decoder, long decodeErrors)
    {
        lock (_lock)
            (_codec, _decoder, _decodeErrors) = (codec, decoder, decodeErrors);
    }

    public void PacketArrived() => Interlocked.Increment(ref _packetsSinceFrame);

    public void FrameSkipped()
    {
        lock (_lock)
        {
            _decoded++;
            _skipped++;
            _lastFrameTimestamp = clock.GetTimestamp();
            _packetsSinceFrame = 0;
        }
    }

    public void FrameArrived(Frame frame)
    {
        lock (_lock)
        {
            _decoded++;
            _lastFrameTimestamp = frame.CapturedTimestamp;
            _lastFrameAt = frame.CapturedAt;
            _packetsSinceFrame = 0;
            (_width, _height) = (frame.Width, frame.Height);
            if (HasFrame)
                return;

            HasFrame = true;
        }

        Change(CameraState.Running, "");
    }

    /// <summary>Measures the frame rate; called about once a second.</summary>
    public void Tick()
    {
        lock (_lock)
        {
            var now = clock.GetTimestamp();
            var elapsed = clock.GetElapsedTime(_rateSince, now).TotalSeconds;
            if (elapsed < 0.5)
                return;

            // Smoothed over about three seconds.
            var rate = (_decoded - _rateCount) / elapsed;
            _rate = _rate == 0 ? rate : _rate + (0.4 * (rate - _rate));
            (_rateCount, _rateSince) = (_decoded, now);
        }
    }

    /// <summary>Enters a state; tells about it unless nothing has changed.</summary>
    public void Change(CameraState state, string reason)
    {
        // Told in order: one transition at a time, and never while the counters are locked.
        lock (_telling)
        {
            CameraHealth health;
            lock (_lock)
            {
                if (_state == state && _reason == reason)
                    return;

                if (_state != state)
                    _since = clock.GetUtcNow();
                (_state, _reason) = (state, reason);
                if (state != CameraState.Running)
                    _rate = 0;
                health = Snapshot();
            }

            changed(health);
        }
    }

    private CameraHealth Snapshot() => new(
        camera, _state, _reason, _since, Math.Round(_rate, 1), _decoded, _skipped, _restarts,
        _earlierDecodeErrors + _decodeErrors, _width, _height, _codec, _decoder, _lastFrameAt);
}
