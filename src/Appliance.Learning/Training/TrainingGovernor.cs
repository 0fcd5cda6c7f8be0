using System.Diagnostics;
using Appliance.Core.Learning;

namespace Appliance.Learning.Training;

/// <summary>
/// Lets training run only with what is left over: a thread of its own at the lowest priority, a share of one core, a time limit, and
/// a halt whenever the pipeline drops a frame.
/// </summary>
/// <param name="pressure">Counts dropped frames.</param>
/// <param name="options">Share and time.</param>
/// <param name="lowerPriority">Makes the calling thread nice; null = nothing does.</param>
/// <param name="rest">Waits; null = really.</param>
public sealed class TrainingGovernor(
    IPipelinePressure pressure, LearningOptions options, Action? lowerPriority = null, Action<TimeSpan, CancellationToken>? rest = null)
{
    /// <summary>Quiet time after a dropped frame before training goes on.</summary>
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(20);

    private readonly Action<TimeSpan, CancellationToken> _rest = rest ?? ((pause, cancel) => cancel.WaitHandle.WaitOne(pause));

    /// <summary>Times training had to wait for the pipeline, since start.</summary>
    public long Halts { get; private set; }

    /// <summary>
    /// Runs <paramref name="work"/>, which asks before every step whether it may go on: false = time is up, finish with what is there.
    /// </summary>
    /// <returns>What the work made, and how long it worked without its rests.</returns>
    public Task<(T Result, TimeSpan Busy)> Run<T>(Func<Func<bool>, T> work, CancellationToken cancel)
    {
        var done = new TaskCompletionSource<(T, TimeSpan)>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() =>
        {
            try
            {
                lowerPriority?.Invoke();
                var turn = new Turn(this, cancel);
                var result = work(turn.MayGoOn);
                done.SetResult((result, turn.Finish()));
            }
            catch (OperationCanceledException) when (cancel.IsCancellationRequested)
            {
                done.SetCanceled(cancel);
            }
            catch (Exception error)
            {
                done.SetException(error);
            }
        })
        {
            Name = "training",
            IsBackground = true,
            Priority = ThreadPriority.Lowest,
        };
        thread.Start();
        return done.Task;
    }

    private sealed class Turn(TrainingGovernor governor, CancellationToken cancel)
    {
        private readonly long _started = Stopwatch.GetTimestamp();
        private long _sliceStarted = Stopwatch.GetTimestamp();
        private long _dropped = governor.Dropped;
        private TimeSpan _busy;

        public bool MayGoOn()
        {
            cancel.ThrowIfCancellationRequested();
            if (Stopwatch.GetElapsedTime(_started) > governor.MaxTime)
                return false;

            WaitForThePipeline();
            var worked = Stopwatch.GetElapsedTime(_sliceStarted);
            if (worked < s_slice)
                return true;

            _busy += worked;
            governor.Rest(worked * ((1 / governor.Share) - 1), cancel);
            _sliceStarted = Stopwatch.GetTimestamp();
            return true;
        }

        public TimeSpan Finish() => _busy + Stopwatch.GetElapsedTime(_sliceStarted);

        private void WaitForThePipeline()
        {
            var dropped = governor.Dropped;
            if (dropped == _dropped)
                return;

            governor.Halts++;
            _busy += Stopwatch.GetElapsedTime(_sliceStarted);
            while (dropped != _dropped && Stopwatch.GetElapsedTime(_started) <= governor.MaxTime)
            {
                _dropped = dropped;
                governor.Rest(s_quiet, cancel);
                cancel.ThrowIfCancellationRequested();
                dropped = governor.Dropped;
            }

            _dropped = dropped;
            _sliceStarted = Stopwatch.GetTimestamp();
        }
    }

    private long Dropped => pressure.FramesDropped;

    private TimeSpan MaxTime => options.MaxTime;

    private double Share => options.MaxCpuShare;

    private void Rest(TimeSpan pause, CancellationToken cancel) => _rest(pause, cancel);
}
