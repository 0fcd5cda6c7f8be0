using Appliance.Core.Cameras;
using Appliance.Core.Frames;
using Appliance.Core.Rules.Zones;

namespace Appliance.Daemon.Pipeline;

/// <summary>Copies the next frame of a camera for whoever asked; costs one read per frame while nobody does.</summary>
internal sealed class SnapshotDesk
{
    private readonly Lock _gate = new();
    private readonly List<Wish> _wishes = [];
    private volatile bool _any;

    /// <summary>What of a camera's picture must not leave the box; copies are blank there.</summary>
    public Func<CameraId, PrivacyMask> MaskOf { get; set; } = static _ => PrivacyMask.None;

    /// <summary>A copy of the next frame, which the caller disposes. Privacy masks are blank in it.</summary>
    /// <exception cref="TimeoutException">No frame came.</exception>
    public async Task<PooledFrame> NextFrame(CameraId camera, TimeSpan patience, TimeProvider clock, CancellationToken cancel)
    {
        var wish = new Wish(camera);
        lock (_gate)
        {
            _wishes.Add(wish);
            _any = true;
        }

        try
        {
            return await wish.Copy.Task.WaitAsync(patience, clock, cancel);
        }
        catch
        {
            // It may be granted at this very moment; nobody else would give the copy back then.
            if (!wish.Copy.TrySetCanceled(CancellationToken.None) && wish.Copy.Task.IsCompletedSuccessfully)
                (await wish.Copy.Task).Dispose();
            throw;
        }
        finally
        {
            lock (_gate)
            {
                _wishes.Remove(wish);
                _any = _wishes.Count > 0;
            }
        }
    }

    /// <summary>Called for every frame by whoever owns it.</summary>
    public void Offer(Frame frame)
    {
        if (!_any)
            return;

        lock (_gate)
        {
            foreach (var wish in _wishes)
            {
                if (wish.Camera != frame.Camera || wish.Copy.Task.IsCompleted)
                    continue;

                var copy = PooledFrame.CopyOf(frame);
                MaskOf(frame.Camera).Apply(copy);
                if (!wish.Copy.TrySetResult(copy))
                    copy.Dispose();
            }
        }
    }

    private sealed class Wish(CameraId camera)
    {
        public CameraId Camera => camera;

        public TaskCompletionSource<PooledFrame> Copy { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
