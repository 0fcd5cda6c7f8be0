using Appliance.Core.Cameras;
using Appliance.Core.Frames;

namespace Appliance.Daemon.Pipeline;

/// <summary>
/// The one link of the river that may lose data: cameras push, one inference worker takes. Each camera keeps its newest
/// <see cref="PerCamera"/> frames; the oldest is given back and counted. Taking goes round the cameras, so a fast camera
/// never starves a slow one. Nothing is allocated per frame.
/// </summary>
internal sealed class FrameQueue : IDisposable
{
    /// <summary>Two: one being waited for, one fresh. More only adds latency (see mediamtx and Frigate, which keep 2).</summary>
    public const int PerCamera = 2;

    private readonly Lock _gate = new();
    private readonly SemaphoreSlim _ready = new(0);
    private readonly Dictionary<CameraId, Lane> _lanes = [];
    private Lane[] _order = [];
    private int _next;
    private bool _closed;

    /// <summary>Opens the lane of a camera; frames go to the returned sink.</summary>
    public IFrameSink Open(CameraId camera)
    {
        lock (_gate)
        {
            if (_lanes.TryGetValue(camera, out var existing))
                return existing;

            var lane = new Lane(this, camera);
            _lanes.Add(camera, lane);
            _order = [.. _order, lane];
            return lane;
        }
    }

    /// <summary>Closes the lane and gives its frames back; late frames are disposed at once.</summary>
    public void Close(CameraId camera)
    {
        lock (_gate)
        {
            if (!_lanes.Remove(camera, out var lane))
                return;

            _order = [.. _order.Where(other => other != lane)];
            lane.Shut();
        }
    }

    /// <summary>Frames lost because the worker was busy, since the lane was opened.</summary>
    public long Dropped(CameraId camera)
    {
        lock (_gate)
            return _lanes.TryGetValue(camera, out var lane) ? lane.Dropped : 0;
    }

    /// <summary>
    /// Waits up to <paramref name="patience"/> for a frame, then takes at most one per camera. The caller owns what it gets.
    /// Returns 0 when none came.
    /// </summary>
    public int Take(Span<Frame> frames, TimeSpan patience)
    {
        if (!_ready.Wait(patience))
            return 0;

        lock (_gate)
        {
            var count = 0;
            var lanes = _order;
            for (var i = 0; i < lanes.Length && count < frames.Length; i++)
            {
                if (lanes[(_next + i) % lanes.Length].TryTake(out var frame))
                    frames[count++] = frame;
            }

            if (lanes.Length > 0)
                _next = (_next + 1) % lanes.Length;

            // One permit was spent by waiting; the others of this batch go too. A permit may outlive its frame
            // (dropped, lane closed): then Take returns 0 early once, which is harmless.
            for (var i = 1; i < count; i++)
                _ready.Wait(0);

            return count;
        }
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _closed = true;
            foreach (var lane in _order)
                lane.Shut();
            _order = [];
            _lanes.Clear();
        }

        _ready.Dispose();
    }

    private sealed class Lane(FrameQueue queue, CameraId camera) : IFrameSink
    {
        private readonly Frame?[] _frames = new Frame?[PerCamera];
        private int _head;
        private int _count;
        private bool _shut;

        public CameraId Camera => camera;

        public long Dropped { get; private set; }

        public void Accept(Frame frame)
        {
            Frame? lost = null;
            lock (queue._gate)
            {
                if (_shut || queue._closed)
                {
                    lost = frame;
                }
                else
                {
                    if (_count == PerCamera)
                    {
                        lost = _frames[_head];
                        _head = (_head + 1) % PerCamera;
                        _count--;
                        Dropped++;
                    }
                    else
                    {
                        queue._ready.Release();
                    }

                    _frames[(_head + _count) % PerCamera] = frame;
                    _count++;
                }
            }

            // Outside the lock: giving a buffer back runs native code.
            lost?.Dispose();
        }

        public bool TryTake(out Frame frame)
        {
            if (_count == 0)
            {
                frame = null!;
                return false;
            }

            frame = _frames[_head]!;
            _frames[_head] = null;
            _head = (_head + 1) % PerCamera;
            _count--;
            return true;
        }

        public void Shut()
        {
            _shut = true;
            while (TryTake(out var frame))
                frame.Dispose();
        }
    }
}
