using System.Collections.Concurrent;
using System.Threading.Channels;
using Appliance.Core.Alerts;
using Appliance.Core.Detection;
using Appliance.Core.Frames;
using Appliance.Core.Learning;
using Appliance.Core.Recognition;
using Appliance.Core.Tracking;
using Appliance.Learning;
using Appliance.Store;
using Appliance.Store.Learning;

namespace Appliance.Daemon.Learning;

/// <summary>
/// From an alert with its frame to what can be learnt from it: measures on the pipeline's thread (tens of microseconds, alerts are
/// rare), asks the live model, and keeps the features once the alert is stored.
/// </summary>
internal sealed class AlertSamples : IAsyncDisposable
{
    // Alerts between being raised and being stored; more than that wait only when the disk refuses, and then samples are not what matters.
    private const int MaxPending = 1_000;

    private readonly LearningService _learning;
    private readonly LearningStore _store;
    private readonly LearningOptions _options;
    private readonly ILogger _logger;
    private readonly ConcurrentDictionary<AlertId, float[]> _pending = [];
    private readonly Channel<(AlertId Alert, float[] Features)> _stored =
        Channel.CreateBounded<(AlertId, float[])>(new BoundedChannelOptions(MaxPending) { FullMode = BoundedChannelFullMode.DropWrite });
    private readonly Task _keeping;

    public AlertSamples(LearningService learning, LearningStore store, LearningOptions options, ILogger logger)
    {
        (_learning, _store, _options, _logger) = (learning, store, options, logger);
        _keeping = Task.Run(Keep);
    }

    /// <summary>On the pipeline's thread, while the frame is there.</summary>
    public Alert Judge(Frame frame, Track track, Alert alert)
    {
        var shot = ShotQuality.Measure(frame, new FaceDetection(track.Box, track.Landmarks, track.Score));
        if (AlertFeatures.Of(alert, track, shot) is not { } features)
            return alert;

        if (_pending.Count < MaxPending)
            _pending[alert.Id] = features;
        return _learning.Judge.Judge(alert.Camera, features) is { } judgement
            ? alert with
            {
                Confidence = judgement.Confidence,
                IsDemoted = judgement.IsDoubtful && _options.Effect == LearningEffect.Demote,
            }
            : alert;
    }

    /// <summary>The alert is durable: its features may refer to it.</summary>
    public void Stored(Alert alert)
    {
        if (_pending.TryRemove(alert.Id, out var features))
            _stored.Writer.TryWrite((alert.Id, features));
    }

    public async ValueTask DisposeAsync()
    {
        _stored.Writer.TryComplete();
        await _keeping;
    }

    private async Task Keep()
    {
        await foreach (var (alert, features) in _stored.Reader.ReadAllAsync())
        {
            try
            {
                await _store.Keep(alert, features);
            }
            catch (StoreException error)
            {
                _logger.SampleLost(error.Message);
            }
        }
    }
}
