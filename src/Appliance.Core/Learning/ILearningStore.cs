namespace Appliance.Core.Learning;

/// <summary>What learning keeps, sealed.</summary>
public interface ILearningStore
{
    /// <summary>Samples whose alert was confirmed or rejected, newest first.</summary>
    Task<IReadOnlyList<TrainingSample>> Labelled(int limit, CancellationToken cancel);

    /// <summary>Adds or replaces a version by its id.</summary>
    Task Put(LearnedModel model, CancellationToken cancel);

    /// <summary>Newest first; all heads when <paramref name="head"/> is null.</summary>
    Task<IReadOnlyList<LearnedModel>> Models(string? head, int limit, CancellationToken cancel);

    Task Add(LearningRound round, CancellationToken cancel);

    /// <summary>Newest first.</summary>
    Task<IReadOnlyList<LearningRound>> Rounds(int limit, CancellationToken cancel);

    /// <summary>A number that outlives restarts (the privacy spent); 0 when it was never set.</summary>
    Task<double> Number(string name, CancellationToken cancel);

    Task SetNumber(string name, double value, CancellationToken cancel);
}
