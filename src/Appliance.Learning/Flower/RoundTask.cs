namespace Appliance.Learning.Flower;

/// <summary>What a server may ask of a box.</summary>
public enum RoundKind
{
    Train,
    Evaluate,
    GetParameters,
    GetProperties,
}

/// <summary>A request of the server, whichever transport and dialect it came in.</summary>
public sealed record RoundTask
{
    public required RoundKind Kind { get; init; }

    /// <summary>Id of the run; 0 over Join, which knows none.</summary>
    public ulong RunId { get; init; }

    /// <summary>Round number as the server counts, for the log; −1 = it does not say.</summary>
    public long Round { get; init; } = -1;

    /// <summary>The global model; empty where the kind has none.</summary>
    public IReadOnlyList<ParameterArray> Parameters { get; init; } = [];

    /// <summary>Whether arrays have no names, only positions.</summary>
    public bool IsPositional { get; init; }

    /// <summary>Numbers, words and switches of the configuration by key; lists of numbers as <c>double[]</c>.</summary>
    public IReadOnlyDictionary<string, object> Config { get; init; } = new Dictionary<string, object>();

    /// <summary>Largest weight the server's secure aggregation can take for this box's examples; null = any.</summary>
    public long? MaxExamples { get; init; }

    public double Number(string key, double otherwise) => Config.GetValueOrDefault(key) switch
    {
        double number => number,
        long number => number,
        bool flag => flag ? 1 : 0,
        _ => otherwise,
    };

    public string Text(string key, string otherwise) => Config.GetValueOrDefault(key) as string ?? otherwise;
}

/// <summary>What the box answers: a result, or why there is none.</summary>
public abstract record RoundAnswer
{
    private RoundAnswer()
    {
    }

    /// <param name="Parameters">Arrays with the names, order and shapes of the request.</param>
    /// <param name="Examples">Weight in the mean.</param>
    /// <param name="Metrics">Exactly the agreed keys, without the number of examples; whole numbers as <c>long</c>.</param>
    /// <param name="Loss">Of an evaluation.</param>
    public sealed record Done(
        IReadOnlyList<ParameterArray> Parameters, long Examples, IReadOnlyList<KeyValuePair<string, object>> Metrics, double Loss = 0) : RoundAnswer;

    /// <param name="Code">A code of <see cref="FlowerError"/>.</param>
    /// <param name="Reason">Short; tells nothing about persons.</param>
    public sealed record Refused(int Code, string Reason) : RoundAnswer;
}

/// <summary>Error codes of Flower that a client uses.</summary>
public static class FlowerError
{
    public const int ClientAppRaised = 2;
    public const int PreconditionFailed = 6;
    public const int InvalidApp = 7;
}

/// <summary>Does the work of a round.</summary>
public interface IRoundWorker
{
    /// <summary>Never throws for what the server did wrong: that is a <see cref="RoundAnswer.Refused"/>.</summary>
    Task<RoundAnswer> Work(RoundTask task, CancellationToken cancel);

    /// <summary>A round has ended, for the record.</summary>
    Task Finished(RoundTask task, RoundAnswer answer, RoundTraffic traffic);
}

/// <summary>What a round cost the network.</summary>
public readonly record struct RoundTraffic(long BytesSent, long BytesReceived);
