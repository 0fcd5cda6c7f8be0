using Appliance.Core.Evidence;
using Appliance.Core.Learning;

namespace Appliance.UnitTests.Learning;

/// <summary>What learning keeps, in memory; notes for the evidence log beside it.</summary>
internal sealed class MemoryLearningStore : ILearningStore, IEvidenceNotes
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LearnedModel> _models = [];
    private readonly List<LearningRound> _rounds = [];
    private readonly Dictionary<string, double> _numbers = [];

    public List<TrainingSample> Samples { get; } = [];

    public List<string> Notes { get; } = [];

    public IReadOnlyList<LearningRound> AllRounds
    {
        get
        {
            lock (_gate)
                return [.. _rounds];
        }
    }

    public Task<IReadOnlyList<TrainingSample>> Labelled(int limit, CancellationToken cancel)
    {
        lock (_gate)
            return Task.FromResult<IReadOnlyList<TrainingSample>>([.. Samples.OrderByDescending(sample => sample.Utc).Take(limit)]);
    }

    public Task Put(LearnedModel model, CancellationToken cancel)
    {
        lock (_gate)
            _models[model.Id] = model;
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<LearnedModel>> Models(string? head, int limit, CancellationToken cancel)
    {
        lock (_gate)
            return Task.FromResult<IReadOnlyList<LearnedModel>>([.. _models.Values.OrderByDescending(model => model.Id, StringComparer.Ordinal)]);
    }

    public Task Add(LearningRound round, CancellationToken cancel)
    {
        lock (_gate)
            _rounds.Add(round);
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<LearningRound>> Rounds(int limit, CancellationToken cancel) =>
        Task.FromResult(AllRounds);

    public Task<double> Number(string name, CancellationToken cancel)
    {
        lock (_gate)
            return Task.FromResult(_numbers.GetValueOrDefault(name));
    }

    public Task SetNumber(string name, double value, CancellationToken cancel)
    {
        lock (_gate)
            _numbers[name] = value;
        return Task.CompletedTask;
    }

    public Task Note(string contract, string subject, string sha256, string detail, CancellationToken cancel)
    {
        lock (_gate)
            Notes.Add($"{contract} {subject} {sha256} {detail}");
        return Task.CompletedTask;
    }
}

internal sealed class NoPressure : IPipelinePressure
{
    public long FramesDropped { get; set; }
}
