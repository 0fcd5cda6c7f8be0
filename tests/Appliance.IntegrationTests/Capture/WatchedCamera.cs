using Appliance.Capture.Cameras;
using Appliance.Core.Cameras;
using Appliance.Core.Frames;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.IntegrationTests.Capture;

/// <summary>A camera worker whose states and frames a test can wait for.</summary>
internal sealed class WatchedCamera : IFrameSink, IAsyncDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly List<CameraHealth> _history = [];
    private readonly List<(Func<bool> IsMet, bool IsForFrames, TaskCompletionSource Met)> _waiting = [];
    private readonly Action<Frame>? _see;

    public WatchedCamera(CameraOptions options, Action<Frame>? see = null)
    {
        _see = see;
        Worker = new CameraWorker(options, this, TimeProvider.System, NullLogger.Instance);
        Worker.HealthChanged += health =>
        {
            lock (_lock)
                _history.Add(health);
            Check(isFrame: false);
        };
        Worker.Start();
    }

    public CameraWorker Worker { get; }

    public long Frames { get; private set; }

    /// <summary>States entered so far, oldest first.</summary>
    public IReadOnlyList<CameraHealth> History
    {
        get
        {
            lock (_lock)
                return [.. _history];
        }
    }

    /// <summary>Waits until the camera is in the state.</summary>
    public async Task<CameraHealth> Is(CameraState state)
    {
        await Until(() => Worker.Health.State == state, isForFrames: false, $"{Worker.Options.Id} to be {state}");
        return Worker.Health;
    }

    /// <summary>Waits for so many more frames.</summary>
    public Task More(int frames)
    {
        var wanted = Frames + frames;
        return Until(() => Frames >= wanted, isForFrames: true, $"{frames} more frames of {Worker.Options.Id}");
    }

    public void Accept(Frame frame)
    {
        _see?.Invoke(frame);
        frame.Dispose();
        Frames++;
        Check(isFrame: true);
    }

    public ValueTask DisposeAsync() => Worker.DisposeAsync();

    private async Task Until(Func<bool> isMet, bool isForFrames, string what)
    {
        var met = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
            _waiting.Add((isMet, isForFrames, met));
        Check(isForFrames);
        try
        {
            await met.Task.WaitAsync(s_patience);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"waited in vain for {what}; it was: {string.Join(" → ", History.Select(h => $"{h.State} {h.Reason}"))}");
        }
    }

    private void Check(bool isFrame)
    {
        lock (_lock)
        {
            foreach (var (isMet, isForFrames, met) in _waiting)
            {
                if (isForFrames == isFrame && isMet())
                    met.TrySetResult();
            }

            _waiting.RemoveAll(wait => wait.Met.Task.IsCompleted);
        }
    }
}
