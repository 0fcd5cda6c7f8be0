using Appliance.Capture.Encoding;
using Appliance.Capture.Frames;
using Appliance.Core.Cameras;
using Appliance.Core.Frames;
using Appliance.Native.GStreamer;

namespace Appliance.Capture.Cameras;

/// <summary>A camera read through GStreamer. Runs on one thread; after the first frames it allocates nothing per frame.</summary>
internal sealed class GstCameraSource(CameraOptions options, EncodedRing preRoll, TimeProvider clock) : ICameraSource
{
    private static readonly TimeSpan s_wait = TimeSpan.FromMilliseconds(100);

    // A hardware decoder has few buffers; above this many held frames they are copied, so that its pool never dries up.
    private const int MostHeld = 3;

    private readonly SourceAddress _address = SourceAddress.Parse(options.Source, options.Username, options.Password);
    private bool _refusesTcp;

    public void Run(CameraFeed feed, CancellationToken stopping)
    {
        var opening = new Opening(feed, options.CameraId, clock, new RateGate(options.FramesPerSecond));
        do
        {
            Play(opening, stopping);
            opening.NextRound();
        }
        while (options.Loop && _address.Kind == SourceKind.File);
    }

    private void Play(Opening opening, CancellationToken stopping)
    {
        var settings = new StreamSettings
        {
            Transport = options.Transport == CameraTransport.Udp || _refusesTcp ? CameraTransport.Udp : CameraTransport.Tcp,
            Realtime = options.Realtime,
            Arrival = new ArrivalTap(opening.Feed),
            Tap = new RingTap(preRoll, clock),
        };
        using var stream = MediaStream.Open(_address, settings);
        try
        {
            Pump(stream, opening, stopping);
        }
        catch (CameraFaultException fault) when (IsTransportRefused(fault) && options.Transport == CameraTransport.Auto)
        {
            _refusesTcp = !_refusesTcp;
            throw;
        }
    }

    private void Pump(MediaStream stream, Opening opening, CancellationToken stopping)
    {
        var described = -1L;
        var next = opening.Pool.Rent();
        while (true)
        {
            stopping.ThrowIfCancellationRequested();
            var result = stream.Pull(next.Sample, s_wait, opening.Wanted);
            if (result is PullResult.Taken or PullResult.Skipped && described != stream.DecodeErrors)
            {
                described = stream.DecodeErrors;
                opening.Feed.Describe(stream.Codec, stream.Decoder, described);
            }

            if (result == PullResult.Skipped)
                opening.Feed.Skip();
            else if (result == PullResult.Taken)
                next = Hand(next, opening, stream.IsHardware);
            else if (result == PullResult.End)
                break;
        }

        if (_address.Kind != SourceKind.File)
            throw new CameraFaultException(CameraState.Lost, $"the camera ended the stream ({_address})");
    }

    private static GstFrame Hand(GstFrame frame, Opening opening, bool isHardware)
    {
        opening.Stamp(frame);
        if (isHardware && opening.Pool.Out > MostHeld)
        {
            var copy = PooledFrame.CopyOf(frame);
            frame.Dispose();
            opening.Feed.Deliver(copy);
        }
        else
        {
            opening.Feed.Deliver(frame);
        }

        return opening.Pool.Rent();
    }

    private static bool IsTransportRefused(CameraFaultException fault) =>
        fault.Message.Contains("refuses this transport", StringComparison.Ordinal);

    /// <summary>Counters that go on through the rounds of a looped file.</summary>
    private sealed class Opening
    {
        private readonly CameraId _camera;
        private readonly TimeProvider _clock;
        private readonly RateGate _gate;
        private readonly long _opened;
        private long _sequence;
        private long _roundStart;
        private long _newest;
        private long _step;

        public Opening(CameraFeed feed, CameraId camera, TimeProvider clock, RateGate gate)
        {
            Feed = feed;
            _camera = camera;
            _clock = clock;
            _gate = gate;
            _opened = clock.GetTimestamp();
            Wanted = time => _gate.Admit(MediaTime(time));
        }

        public CameraFeed Feed { get; }

        public GstFramePool Pool { get; } = new();

        /// <summary>Made once: a delegate per frame would be an allocation per frame.</summary>
        public Func<long?, bool> Wanted { get; }

        public void Stamp(GstFrame frame) => frame.Begin(
            _camera, _sequence++, TimeSpan.FromTicks(_newest / 100), _clock.GetUtcNow(), _clock.GetTimestamp());

        public void NextRound() => _roundStart = _newest + _step;

        // Streams without times (some MJPEG cameras) are timed by arrival.
        private long MediaTime(long? time)
        {
            var media = time is { } known ? _roundStart + known : (long)(_clock.GetElapsedTime(_opened).TotalMilliseconds * 1e6);
            _step = Math.Clamp(media - _newest, 0, 1_000_000_000);
            return _newest = media;
        }
    }

    /// <summary>Counts what the camera sends, sound or not.</summary>
    private sealed class ArrivalTap(CameraFeed feed) : IEncodedTap
    {
        public void OnCaps(string caps)
        {
        }

        public void OnPacket(in EncodedBuffer buffer) => feed.Packet();
    }

    /// <summary>Keeps the encoded packets on their way to the decoder.</summary>
    private sealed class RingTap(EncodedRing ring, TimeProvider clock) : IEncodedTap
    {
        private bool _hasBegun;

        public void OnCaps(string caps)
        {
            if (_hasBegun)
                ring.Amend(caps);
            else
                ring.Begin(caps);
            _hasBegun = true;
        }

        public void OnPacket(in EncodedBuffer buffer) => ring.Append(
            new EncodedPacket(Time(buffer.Pts), Time(buffer.Dts), Time(buffer.Duration), buffer.IsKeyFrame, clock.GetUtcNow()),
            buffer);

        private static TimeSpan? Time(long? nanoseconds) => nanoseconds is { } known ? TimeSpan.FromTicks(known / 100) : null;
    }
}
