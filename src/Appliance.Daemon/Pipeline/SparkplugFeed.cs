using Appliance.Capture.Cameras;
using Appliance.Delivery.Mqtt;
using Appliance.Delivery.Sparkplug;

namespace Appliance.Daemon.Pipeline;

/// <summary>
/// Tells the edge node how the box does: cameras at once, all else every second. The node reports what changed, so that what is said
/// twice costs nothing on the wire.
/// </summary>
internal sealed class SparkplugFeed : IAsyncDisposable
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);

    // The temperature and the version of the watchlist ask the kernel and the disk.
    private const int FiguresEvery = 10;

    private readonly ApplianceRuntime _runtime;
    private readonly SparkplugNode _node;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _running;

    public SparkplugFeed(ApplianceRuntime runtime, SparkplugNode node, ILogger<SparkplugFeed> logger)
    {
        (_runtime, _node, _logger) = (runtime, node, logger);
        runtime.Pipeline.Cameras.Changed += Report;
        _running = Task.Run(Run);
    }

    public async ValueTask DisposeAsync()
    {
        _runtime.Pipeline.Cameras.Changed -= Report;
        await _stopping.CancelAsync();
        await _running;
        _stopping.Dispose();
    }

    private async Task Run()
    {
        using var timer = new PeriodicTimer(s_look, _runtime.Clock);
        for (var round = 0; ; round++)
        {
            try
            {
                await Look(withFigures: round % FiguresEvery == 0);
                await timer.WaitForNextTickAsync(_stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (Exception error)
            {
                _logger.ReportFailed(error);
                await Task.Delay(s_look, _runtime.Clock, _stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }

    private async Task Look(bool withFigures)
    {
        _node.Report(_runtime.Health.Report());
        var cameras = _runtime.Pipeline.Cameras.All;
        foreach (var camera in cameras)
            Report(camera);
        _node.Report(new InventoryReport([.. cameras.Select(camera => new CameraEntry(camera.Options.CameraId, "", []))], [], []));
        if (withFigures)
        {
            _node.Report(new BoxFigures(
                DeviceFacts.ReadProcessorTemperature(), await _runtime.Store.Watchlist.VersionNumber(_stopping.Token)));
        }
    }

    private void Report(CameraStatus camera)
    {
        var state = camera.Options.Enabled && camera.Health.State == CameraState.Running ? CameraReportState.Online : CameraReportState.Offline;
        _node.Report(new CameraReport(
            camera.Options.CameraId, state, "", camera.Health.Since, camera.Health.FramesPerSecond, camera.Dropped));
        if (state == CameraReportState.Online)
            _node.Report(new OccupancyReport(camera.Options.CameraId, null, camera.Tracks, _runtime.Clock.GetUtcNow()));
    }
}
