using System.Threading.Channels;
using Appliance.Capture.Cameras;
using Appliance.Core.Cameras;
using Appliance.Core.Frames;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.UnitTests.Capture.Cameras;

public sealed class CameraWorkerTests : IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly ManualClock _clock = new();
    private readonly ScriptedSource _source = new();
    private readonly CountingSink _sink = new();
    private readonly Channel<CameraHealth> _told = Channel.CreateUnbounded<CameraHealth>();
    private readonly List<CameraWorker> _workers = [];

    [Fact]
    public async Task Start_FirstFrame_IsRunning()
    {
        var worker = Start(new CameraOptions { Id = "a", Source = "test://" });
        Assert.Equal(CameraState.Starting, (await Next()).State);

        var opening = await _source.Next();
        opening.Frame(_clock);

        var health = await Next();
        Assert.Equal(CameraState.Running, health.State);
        Assert.Equal("", health.Reason);
        Assert.Equal((320, 180, 1L), (health.Width, health.Height, health.Decoded));
        Assert.Equal(1, _sink.Taken);
        await worker.StopAsync();
        Assert.Equal(("stopped", CameraState.Stopped), ((await Next()).Reason, worker.Health.State));
    }

    [Fact]
    public async Task Run_SourceBreaks_IsReopenedAfterThePause()
    {
        Start(new CameraOptions { Id = "a", Source = "test://" });
        await Next();
        (await _source.Next()).Break(new CameraFaultException(CameraState.Lost, "cable"));
        var lost = await Next();

        await PauseBegun();
        _clock.Advance(TimeSpan.FromSeconds(0.9));
        var early = _source.Openings;
        _clock.Advance(TimeSpan.FromSeconds(0.2));
        var again = await _source.Next();
        again.Frame(_clock);

        Assert.Equal((CameraState.Lost, "cable"), (lost.State, lost.Reason));
        Assert.Equal(1, early);
        var back = await Next();
        Assert.Equal((CameraState.Running, 1), (back.State, back.Restarts));
    }

    [Fact]
    public async Task Run_SameFaultAgain_IsToldOnceAndThePauseDoubles()
    {
        var worker = Start(new CameraOptions { Id = "a", Source = "test://" });
        await Next();
        for (var pause = 1; pause <= 8; pause *= 2)
        {
            (await _source.Next()).Break(new CameraFaultException(CameraState.Lost, "cable"));
            await PauseBegun();
            _clock.Advance(TimeSpan.FromSeconds(pause));
        }

        await _source.Next();
        await worker.StopAsync();

        Assert.Equal(CameraState.Lost, (await Next()).State);
        Assert.Equal(CameraState.Stopped, (await Next()).State);
        Assert.Equal(4, worker.Health.Restarts);
    }

    [Fact]
    public async Task Watch_NoFrame_IsSilentAndTheSourceIsCancelled()
    {
        Start(new CameraOptions { Id = "a", Source = "test://", SilenceTimeout = TimeSpan.FromSeconds(5) });
        await Next();
        var opening = await _source.Next();
        opening.Frame(_clock);
        await Next();

        _clock.Advance(TimeSpan.FromSeconds(4));
        var before = opening.IsCancelled;
        _clock.Advance(TimeSpan.FromSeconds(2));

        var health = await Next();
        Assert.False(before);
        Assert.Equal(CameraState.Silent, health.State);
        Assert.Contains("no picture for 5 s", health.Reason);
        await opening.Ended;
    }

    [Fact]
    public async Task Watch_PacketsButNoFrame_IsBroken()
    {
        Start(new CameraOptions { Id = "a", Source = "test://", SilenceTimeout = TimeSpan.FromSeconds(5) });
        await Next();
        var opening = await _source.Next();
        for (var i = 0; i < 100; i++)
            opening.Feed.Packet();

        _clock.Advance(TimeSpan.FromSeconds(6));

        var health = await Next();
        Assert.Equal(CameraState.Broken, health.State);
        Assert.Contains("100 packets", health.Reason);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Watch_UnchangingPicture_IsFrozenOnlyIfAskedFor(bool isAskedFor)
    {
        var worker = Start(new CameraOptions
        {
            Id = "a",
            Source = "test://",
            FrozenTimeout = isAskedFor ? TimeSpan.FromSeconds(8) : null,
        });
        await Next();
        var opening = await _source.Next();

        // Up to the moment at which it is given up: what comes after it belongs to the next opening.
        for (var second = 0; second < 12 && !opening.IsCancelled; second++)
        {
            opening.Frame(_clock);
            _clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(CameraState.Running, (await Next()).State);
        Assert.Equal(isAskedFor ? CameraState.Frozen : CameraState.Running, worker.Health.State);
    }

    [Fact]
    public async Task Run_EndOfFile_StopsWithTheReason()
    {
        var worker = Start(new CameraOptions { Id = "a", Source = "test://" });
        await Next();

        (await _source.Next()).End();

        var health = await Next();
        Assert.Equal((CameraState.Stopped, "end of file"), (health.State, health.Reason));
        worker.Start();
        Assert.Equal(CameraState.Starting, (await Next()).State);
    }

    [Fact]
    public async Task Run_Bug_IsReportedAndReopened()
    {
        Start(new CameraOptions { Id = "a", Source = "test://" });
        await Next();

        (await _source.Next()).Break(new InvalidOperationException("oops"));

        var health = await Next();
        Assert.Equal(CameraState.Broken, health.State);
        Assert.Contains("oops", health.Reason);
        await PauseBegun();
        _clock.Advance(TimeSpan.FromSeconds(2));
        await _source.Next();
    }

    [Fact]
    public void Start_Disabled_StaysStopped()
    {
        var worker = Start(new CameraOptions { Id = "a", Source = "test://", Enabled = false });

        Assert.Equal((CameraState.Stopped, "disabled in the configuration"), (worker.Health.State, worker.Health.Reason));
        Assert.Equal(0, _source.Openings);
    }

    [Fact]
    public async Task Run_ListenerThrows_TheCameraGoesOn()
    {
        var worker = Make(new CameraOptions { Id = "a", Source = "test://" });
        worker.HealthChanged += _ => throw new InvalidOperationException("listener");
        worker.HealthChanged += health => _told.Writer.TryWrite(health);
        worker.Start();

        (await _source.Next()).Frame(_clock);

        Assert.Equal(CameraState.Running, worker.Health.State);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var worker in _workers)
            await worker.DisposeAsync();
    }

    private CameraWorker Start(CameraOptions options)
    {
        var worker = Make(options);
        worker.HealthChanged += health => _told.Writer.TryWrite(health);
        worker.Start();
        return worker;
    }

    private CameraWorker Make(CameraOptions options)
    {
        var worker = new CameraWorker(options, _sink, _clock, NullLogger.Instance, _ => _source, () => 0.5);
        _workers.Add(worker);
        return worker;
    }

    private async Task<CameraHealth> Next() => await _told.Reader.ReadAsync().AsTask().WaitAsync(s_patience);

    private Task PauseBegun() => _clock.DelayPending().WaitAsync(s_patience);

    private sealed class CountingSink : IFrameSink
    {
        public int Taken { get; private set; }

        public void Accept(Frame frame)
        {
            Taken++;
            frame.Dispose();
        }
    }

    /// <summary>A source whose every opening the test plays by hand.</summary>
    private sealed class ScriptedSource : ICameraSource
    {
        private readonly Channel<Opening> _openings = Channel.CreateUnbounded<Opening>();
        private int _count;

        public int Openings => Volatile.Read(ref _count);

        public async Task<Opening> Next() => await _openings.Reader.ReadAsync().AsTask().WaitAsync(s_patience);

        public void Run(CameraFeed feed, CancellationToken stopping)
        {
            Interlocked.Increment(ref _count);
            var opening = new Opening(feed, stopping);
            _openings.Writer.TryWrite(opening);
            opening.Wait();
        }
    }

    private sealed class Opening(CameraFeed feed, CancellationToken stopping)
    {
        private readonly TaskCompletionSource _outcome = new();
        private readonly TaskCompletionSource _ended = new();
        private long _sequence;

        public CameraFeed Feed => feed;

        public bool IsCancelled => stopping.IsCancellationRequested;

        public Task Ended => _ended.Task.WaitAsync(s_patience);

        public void Frame(TimeProvider clock)
        {
            var frame = new PooledFrame(320, 180);
            frame.Writable(0).Fill(50);
            frame.Stamp(new CameraId("a"), _sequence++, default, clock.GetUtcNow(), clock.GetTimestamp());
            feed.Deliver(frame);
        }

        public void Break(Exception fault) => _outcome.SetException(fault);

        public void End() => _outcome.SetResult();

        public void Wait()
        {
            try
            {
                _outcome.Task.WaitAsync(stopping).GetAwaiter().GetResult();
            }
            finally
            {
                _ended.TrySetResult();
            }
        }
    }
}
