using Appliance.Core;
using Appliance.Inference;
using Appliance.Inference.Installing;
using Appliance.Store;
using Appliance.Store.Audit;

namespace Appliance.Daemon.Models;

/// <summary>The jobs of this run of the daemon: started, watched and cancelled from anywhere. Thread-safe.</summary>
internal sealed class ModelJobs(TimeProvider clock, ILogger<ModelJobs> logger) : IAsyncDisposable
{
    private const int Kept = 50;

    private readonly Lock _gate = new();
    private readonly List<Entry> _jobs = [];
    private bool _closed;

    /// <summary>Newest first.</summary>
    public IReadOnlyList<ModelJob> All
    {
        get
        {
            lock (_gate)
                return [.. _jobs.Select(entry => entry.Job).Reverse()];
        }
    }

    /// <summary>Null: unknown, or so old that it was forgotten.</summary>
    public ModelJob? Find(string id) => Lookup(id)?.Job;

    /// <summary>Starts a job; null with the one that is in its way.</summary>
    /// <param name="what">pull or use.</param>
    /// <param name="model">Name and version.</param>
    /// <param name="unit">What its progress counts.</param>
    /// <param name="by">Who asked.</param>
    /// <param name="work">Reports progress and throws when it cannot go on; returns the persons it leaves unknown.</param>
    /// <param name="inTheWay">A running job of the same kind, when there is one.</param>
    public ModelJob? Start(
        string what, string model, string unit, Actor by,
        Func<IProgress<(long Done, long Total)>, CancellationToken, Task<IReadOnlyList<UnknownPerson>>> work, out ModelJob? inTheWay)
    {
        Entry entry;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_closed, this);

            // Pulls of different models go side by side; of switches there is one at a time.
            inTheWay = _jobs.Select(other => other.Job).FirstOrDefault(
                job => job.State == ModelJobState.Running && job.What == what && (what == "use" || job.Model == model));
            if (inTheWay is not null)
                return null;

            entry = new Entry(new(
                Ulid.New(clock.GetUtcNow()), what, model, ModelJobState.Running, 0, 0, unit, null, null, [], clock.GetUtcNow(), null, by.Name));
            _jobs.Add(entry);
            if (_jobs.Count > Kept && _jobs.FindIndex(old => old.Job.State != ModelJobState.Running) is >= 0 and var oldest)
                _jobs.RemoveAt(oldest);
        }

        entry.Work = Task.Run(() => Run(entry, work));
        return entry.Job;
    }

    /// <summary>Asks a job to end. False: it has ended, or there is none.</summary>
    public bool Cancel(string id)
    {
        if (Lookup(id) is not { Job.State: ModelJobState.Running } entry)
            return false;

        entry.Stop.Cancel();
        return true;
    }

    /// <summary>Completes when the job has ended.</summary>
    public async Task<ModelJob> Wait(string id)
    {
        var entry = Lookup(id) ?? throw new ArgumentException("no such job", nameof(id));
        await entry.Work;
        return entry.Job;
    }

    public async ValueTask DisposeAsync()
    {
        Entry[] all;
        lock (_gate)
        {
            _closed = true;
            all = [.. _jobs];
        }

        foreach (var entry in all)
            await entry.Stop.CancelAsync();
        await Task.WhenAll(all.Select(entry => entry.Work));
    }

    private async Task Run(Entry entry, Func<IProgress<(long Done, long Total)>, CancellationToken, Task<IReadOnlyList<UnknownPerson>>> work)
    {
        try
        {
            var unknown = await work(new Reporter(entry), entry.Stop.Token);
            End(entry, job => job with { State = ModelJobState.Done, Unknown = unknown });
        }
        catch (OperationCanceledException) when (entry.Stop.IsCancellationRequested)
        {
            End(entry, job => job with { State = ModelJobState.Cancelled });
        }
        catch (Exception error)
        {
            var (fault, unknown) = error switch
            {
                InstallException install => (Word(install.Fault.ToString()), []),
                ModelJobException refused => (refused.Fault, refused.Unknown),
                InferenceException => ("model", []),
                StoreException => ("store", []),
                _ => ("internal", (IReadOnlyList<UnknownPerson>)[]),
            };
            if (fault == "internal")
                logger.JobBroke(entry.Job.What, entry.Job.Model, error);
            else
                logger.JobFailed(entry.Job.What, entry.Job.Model, error.Message);
            var reason = fault == "internal" ? "Something broke in the box; it was logged." : error.Message;
            End(entry, job => job with { State = ModelJobState.Failed, Fault = fault, Reason = reason, Unknown = unknown });
        }
    }

    private void End(Entry entry, Func<ModelJob, ModelJob> end) => entry.Job = end(entry.Job) with { EndedAt = clock.GetUtcNow() };

    private Entry? Lookup(string id)
    {
        lock (_gate)
            return _jobs.Find(entry => entry.Job.Id == id);
    }

    private static string Word(string word) => char.ToLowerInvariant(word[0]) + word[1..];

    private sealed class Entry(ModelJob job)
    {
        private ModelJob _job = job;

        public ModelJob Job
        {
            get => Volatile.Read(ref _job);
            set => Volatile.Write(ref _job, value);
        }

        public CancellationTokenSource Stop { get; } = new();

        public Task Work { get; set; } = Task.CompletedTask;
    }

    // Not Progress<T>: its reports arrive later, on other threads, and would undo the end.
    private sealed class Reporter(Entry entry) : IProgress<(long Done, long Total)>
    {
        public void Report((long Done, long Total) value) =>
            entry.Job = entry.Job with { Progress = value.Done, Total = value.Total };
    }
}
