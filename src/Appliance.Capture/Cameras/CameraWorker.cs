using Appliance.Capture.Encoding;
using Appliance.Core.Cameras;
using Microsoft.Extensions.Logging;

namespace Appliance.Capture.Cameras;

/// <summary>
/// Runs one camera for ever: opens it, hands its frames to a sink, watches for silence and frozen pictures, and reopens it
/// after a fault with exponential back-off and jitter. Cameras share nothing, so one never disturbs another.
/// </summary>
public sealed class CameraWorker : IAsyncDisposable
{
    public CameraWorker(CameraOptions options, IFrameSink sink, TimeProvider clock, ILogger logger)
    {
        Options = options;
        PreRoll = new EncodedRing(TimeSpan.FromSeconds(options.PreRollSeconds), options.PreRollMegabytes << 20);
        throw new NotImplementedException();
    }

    /// <summary>What the camera was configured with.</summary>
    public CameraOptions Options { get; }

    /// <summary>The camera's state now.</summary>
    public CameraHealth Health => throw new NotImplementedException();

    /// <summary>The last seconds of encoded video.</summary>
    public EncodedRing PreRoll { get; }

    /// <summary>Raised on every change of state, on a background thread, in order.</summary>
    public event Action<CameraHealth>? HealthChanged;

    /// <summary>Begins; returns at once. Starting twice does nothing; a disabled camera stays stopped.</summary>
    public void Start() => HealthChanged?.Invoke(Health);

    /// <summary>Ends the camera and waits until no more frame is handed out. May be started again.</summary>
    public Task StopAsync() => throw new NotImplementedException();

    public ValueTask DisposeAsync() => new(StopAsync());
}
