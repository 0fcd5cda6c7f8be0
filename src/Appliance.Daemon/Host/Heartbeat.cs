using Appliance.Daemon.Pipeline;
using Appliance.Native.Systemd;

namespace Appliance.Daemon.Host;

/// <summary>
/// Tells systemd how the box does, and feeds its watchdog only while the pipeline makes progress: a hang in a library is ended
/// by a restart.
/// </summary>
internal sealed class Heartbeat : IDisposable
{
    private static readonly TimeSpan s_unwatched = TimeSpan.FromSeconds(10);

    private readonly ApplianceRuntime _runtime;
    private readonly SystemdNotifier _systemd;
    private readonly ILogger _logger;
    private readonly ITimer? _timer;
    private bool _starved;

    public Heartbeat(ApplianceRuntime runtime, SystemdNotifier systemd, ILogger logger)
    {
        (_runtime, _systemd, _logger) = (runtime, systemd, logger);
        if (!systemd.IsActive)
            return;

        systemd.Ready(Describe());
        var interval = (systemd.WatchdogInterval / 3) ?? s_unwatched;
        _timer = runtime.Clock.CreateTimer(_ => Beat(), null, interval, interval);
    }

    /// <summary>The stop has begun; what waits in memory may take this long to be written.</summary>
    public void Stopping(TimeSpan drain)
    {
        _timer?.Dispose();
        _systemd.Stopping("writing what waits");
        _systemd.ExtendTimeout(drain);
    }

    public void Dispose()
    {
        _timer?.Dispose();
        _systemd.Dispose();
    }

    private void Beat()
    {
        try
        {
            if (_runtime.Health.IsAlive)
            {
                _systemd.Watchdog();
                _starved = false;
            }
            else if (!_starved)
            {
                _starved = true;
                _logger.WatchdogStarved();
            }

            _systemd.Status(Describe());
        }
        catch (Exception error)
        {
            // An exception of a timer would end the process; a missed beat is what the watchdog is for.
            _logger.BeatFailed(error);
        }
    }

    private string Describe()
    {
        var cameras = _runtime.Pipeline.Cameras.All;
        var running = cameras.Count(camera => camera.Health.State == Capture.Cameras.CameraState.Running);
        var report = _runtime.Health.Report();
        return $"{report.Status}: {running} of {cameras.Count} cameras, {report.Faults.Count} faults, {report.OutboxDepth} alerts to deliver";
    }
}
