using System.Collections.Concurrent;
using Appliance.Capture.Photos;
using Appliance.Core.Cameras;
using Appliance.Core.Frames;
using Appliance.Daemon.Pipeline;
using Appliance.IntegrationTests.EndToEnd.Support;

namespace Appliance.IntegrationTests.Models;

/// <summary>
/// A camera whose frames a test pushes into the pipeline by hand, the next one when the one before was analysed: whatever is dropped
/// then, is dropped because the worker stopped taking frames.
/// </summary>
internal sealed class FedCamera : IDisposable
{
    private static readonly TimeSpan s_period = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(5);

    private readonly AppliancePipeline _pipeline;
    private readonly InferenceWorker _worker;
    private readonly PooledFrame _picture;
    private readonly IFrameSink _sink;
    private readonly CameraId _camera = new("fed");
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _watching;
    private long _fed;

    /// <param name="pipeline">That of a running box.</param>
    /// <param name="photo">What it shows, all the time.</param>
    public FedCamera(AppliancePipeline pipeline, byte[] photo)
    {
        _pipeline = pipeline;
        _worker = pipeline.Workers[0];
        _picture = PhotoDecoder.Decode(photo);
        _sink = _worker.Queue.Open(_camera);
        _watching = Watch();
    }

    /// <summary>What was said about tracks, in order.</summary>
    public ConcurrentQueue<TrackEvent> Tracks { get; } = new();

    public long Fed => _fed;

    public long Analyzed => _worker.Activity(_camera).Analyzed;

    public long Dropped => _worker.Queue.Dropped(_camera);

    public long Alerts => _worker.Activity(_camera).Alerts;

    /// <summary>The next frame, and back when it was analysed.</summary>
    public async Task Feed()
    {
        var frame = PooledFrame.CopyOf(_picture);
        var clock = TimeProvider.System;
        frame.Stamp(_camera, _fed, s_period * _fed, clock.GetUtcNow(), clock.GetTimestamp());
        _fed++;
        var wanted = Analyzed + 1;
        _sink.Accept(frame);
        // Looks often: the next frame follows at once, as from a camera.
        for (var patience = System.Diagnostics.Stopwatch.StartNew(); Analyzed < wanted; await Task.Delay(s_look))
        {
            if (patience.Elapsed > Patience.Long)
                throw new TimeoutException($"Frame {_fed} was not analysed within {Patience.Long.TotalSeconds:0} s");
        }
    }

    /// <summary>Feeds until there is something to see.</summary>
    public async Task<T> FeedUntil<T>(string what, Func<T?> look)
        where T : class
    {
        var patience = System.Diagnostics.Stopwatch.StartNew();
        while (patience.Elapsed < Patience.Long)
        {
            if (look() is { } seen)
                return seen;
            await Feed();
        }

        throw new TimeoutException($"Fed {_fed} frames, but not: {what}; tracks: {string.Join("; ", Tracks)}");
    }

    /// <summary>The track that was identified as somebody, after the first <paramref name="skip"/> sayings.</summary>
    public Task<TrackEvent> Identified(int skip) => FeedUntil(
        "somebody identified", () => Tracks.Skip(skip).FirstOrDefault(track => track is { What: "identified", Person: not null }));

    public void Dispose()
    {
        _stop.Cancel();
        _watching.Wait();
        _worker.Queue.Close(_camera);
        _picture.Dispose();
        _stop.Dispose();
    }

    private async Task Watch()
    {
        try
        {
            await foreach (var happened in _pipeline.Live.Watch(_stop.Token))
            {
                if (happened.Data is TrackEvent track)
                    Tracks.Enqueue(track);
            }
        }
        catch (OperationCanceledException)
        {
            // How it ends.
        }
    }
}
