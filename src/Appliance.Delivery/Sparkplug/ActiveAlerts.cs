using Appliance.Core.Alerts;

namespace Appliance.Delivery.Sparkplug;

/// <summary>Shows on a camera that an alert is fresh, and takes it back in time. Thread-safe.</summary>
internal sealed class ActiveAlerts : IDisposable
{
    private const string Metric = "Alert/Active";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _since = [];
    private readonly NodeModel _model;
    private readonly TimeSpan _length;
    private readonly TimeProvider _clock;
    private readonly Action _changed;
    private readonly ITimer _timer;

    /// <param name="model">Where it shows.</param>
    /// <param name="length">How long.</param>
    /// <param name="clock">Time.</param>
    /// <param name="changed">Called when one was taken back.</param>
    public ActiveAlerts(NodeModel model, TimeSpan length, TimeProvider clock, Action changed)
    {
        (_model, _length, _clock, _changed) = (model, length, clock, changed);
        _timer = clock.CreateTimer(_ => Expire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Raise(Alert alert)
    {
        var left = _length - (_clock.GetUtcNow() - alert.Utc);
        if (left <= TimeSpan.Zero)
            return;

        lock (_lock)
        {
            _since[alert.Camera.Value] = _clock.GetTimestamp();
            _model.Set(_model.Camera(alert.Camera.Value), Metric, MetricValue.Of(true));
            _timer.Change(_length, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Expire()
    {
        lock (_lock)
        {
            foreach (var (camera, since) in _since.ToArray())
            {
                if (_clock.GetElapsedTime(since) < _length)
                    continue;

                _since.Remove(camera);
                _model.Set(_model.Camera(camera), Metric, MetricValue.Of(false));
                _changed();
            }

            if (_since.Count > 0)
                _timer.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        }
    }
}
