using Appliance.Capture.Cameras;
using Appliance.Core.Cameras;
using Appliance.Core.Frames;
using Appliance.IntegrationTests.EndToEnd.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.IntegrationTests.Capture;

/// <summary>A camera worker whose states and frames a test can wait for.</summary>
internal sealed class WatchedCamera : IFrameSink, IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<CameraHealth> _history = [];
    private readonly List<Wait> _waiting = [];
    private readonly Action<Frame>? _see;
    private long _frames;

    public WatchedCamera(CameraOptions options, Action<Frame>? see = null)
    {
        _see = see;
        Worker = new CameraWorker(options, this, TimeProvider.System, NullLogger.Instance);
        Worker.HealthChanged += health =>
        {
            lock (_lock)
            {
                _history.Add(health);
                Meet(health);
            }
        };
        Worker.Start();
    }

    public CameraWorker Worker { get; }

    /// <summary>States entered so far, oldest first.</summary>
    public IReadOnlyList<CameraHealth> History
    {
        get
        {
            lock (_lock)
                return [.. _history];
        }
    }

    /// <summary>Waits until the camera is in the state; gives what it said as it entered it.</summary>
    public async Task<CameraHealth> Is(CameraState state)
    {
        Task<CameraHealth?> met;
        lock (_lock)
        {
            if (_history is [.., var latest] && latest.State == state)
                return latest;
            met = Until(new(state, long.MaxValue, NewMet()), $"{Worker.Options.Id} to be {state}");
        }

        return (await met)!;
    }

    /// <summary>Waits for so many more frames.</summary>
    public Task More(int frames)
    {
        lock (_lock)
            return Until(new(null, _frames + frames, NewMet()), $"{frames} more frames of {Worker.Options.Id}");
    }

    public void Accept(Frame frame)
    {
        _see?.Invoke(frame);
        frame.Dispose();
        lock (_lock)
        {
            _frames++;
            Meet(null);
        }
    }

    public ValueTask DisposeAsync() => Worker.DisposeAsync();

    private static TaskCompletionSource<CameraHealth?> NewMet() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Called under the lock, and up to the first pause within it.</summary>
    private async Task<CameraHealth?> Until(Wait wait, string what)
    {
        _waiting.Add(wait);
        try
        {
            return await wait.Met.Task.WaitAsync(Patience.Long);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"waited in vain for {what}; it was: {string.Join(" → ", History.Select(h => $"{h.State} {h.Reason}"))}");
            throw;
        }
    }

    /// <summary>Under the lock: ends the waits for a state that was entered, or, with none, those for frames.</summary>
    private void Meet(CameraHealth? entered)
    {
        for (var i = _waiting.Count - 1; i >= 0; i--)
        {
            var (state, frames, met) = _waiting[i];
            if (entered is null ? frames > _frames : state != entered.State)
                continue;

            met.TrySetResult(entered);
            _waiting.RemoveAt(i);
        }
    }

    private sealed record Wait(CameraState? State, long Frames, TaskCompletionSource<CameraHealth?> Met);
}
