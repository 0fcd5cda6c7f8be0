using System.Text;
using Appliance.Core.Cameras;

namespace Appliance.Delivery.Mqtt.Frigate;

/// <summary>
/// Frigate's live topics, in a session of their own: it needs another Will than the native one, and a stream of tracks must not stand in
/// the way of alerts. QoS 0, dropped while there is no connection or the broker is slower than the cameras.
/// </summary>
internal sealed class FrigateFeed
{
    // What the broker may be behind before the stream skips.
    private const int MostUnderWay = 500;

    private readonly Lock _lock = new();
    private readonly FrigateTopics _topics;
    private readonly FrigateTracks _tracks;
    private readonly MqttLink _link;
    private readonly ApplianceIdentity _identity;
    private readonly TimeProvider _clock;
    private readonly MqttBatch _batch = new();
    private readonly Dictionary<CameraId, CameraReport> _cameras = [];
    private int _underWay;
    private long _dropped;

    public FrigateFeed(
        MqttLink link, FrigateTopics topics, FrigateOptions options, ApplianceIdentity identity, TimeProvider clock)
    {
        _link = link;
        _topics = topics;
        _tracks = new(topics, options.IncludeNames);
        _identity = identity;
        _clock = clock;
        link.HealthChanged += health =>
        {
            if (health.State == MqttState.Connected)
                _ = SayAll();
        };
    }

    /// <summary>Messages that were not sent.</summary>
    public long Dropped => Interlocked.Read(ref _dropped);

    public void Report(TrackReport report) => Send(batch => _tracks.Write(report, batch));

    public void Report(CameraReport report) => Send(batch =>
    {
        var before = _cameras.GetValueOrDefault(report.Camera);
        _cameras[report.Camera] = report;
        if (before?.State == report.State)
            return;

        WriteStatus(report, batch);
        if (report.State != CameraReportState.Online)
            _tracks.WriteLost(report.Camera, _clock.GetUtcNow(), batch);
    });

    public void Report(HealthReport report) => Send(batch =>
    {
        var message = batch.Add();
        message.Topic = _topics.Stats;
        message.Qos = 0;
        message.ContentType = "application/json";
        FrigateJson.WriteStats(message.Payload, _cameras.Values, _identity, report, _clock.GetUtcNow());
    });

    public void Remove(CameraId camera) => Send(batch =>
    {
        _cameras.Remove(camera);
        _tracks.WriteLost(camera, _clock.GetUtcNow(), batch);
    });

    /// <summary>These topics are not retained, so whoever connects anew is told at once.</summary>
    private async Task SayAll()
    {
        await _link.Session(CancellationToken.None).ConfigureAwait(false);
        Send(batch =>
        {
            foreach (var camera in _cameras.Values)
                WriteStatus(camera, batch);
            _tracks.WriteAllCounts(batch);
        });
    }

    private void WriteStatus(CameraReport report, MqttBatch batch)
    {
        var message = batch.Add();
        message.Topic = _topics.DetectStatus(report.Camera);
        message.Qos = 0;
        Encoding.UTF8.GetBytes(Native.NativeJson.Word(report.State), message.Payload);
    }

    /// <summary>State is kept in any case: what is dropped is the message.</summary>
    private void Send(Action<MqttBatch> write)
    {
        lock (_lock)
        {
            _batch.Clear();
            write(_batch);
            var session = _link.Session(CancellationToken.None);
            for (var i = 0; i < _batch.Count; i++)
            {
                if (session.IsCompletedSuccessfully && Volatile.Read(ref _underWay) < MostUnderWay)
                    _ = Publish(session.Result, _batch[i]);
                else
                    Interlocked.Increment(ref _dropped);
            }
        }
    }

    private async Task Publish(MqttSession session, MqttMessage message)
    {
        Interlocked.Increment(ref _underWay);
        try
        {
            await session.Publish(message).ConfigureAwait(false);
        }
        catch (Exception error) when (error is MqttSessionEndedException or Appliance.Native.Mosquitto.MosquittoException)
        {
            Interlocked.Increment(ref _dropped);
        }
        finally
        {
            Interlocked.Decrement(ref _underWay);
        }
    }
}
