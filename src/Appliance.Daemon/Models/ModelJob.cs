namespace Appliance.Daemon.Models;

/// <summary>How a job stands.</summary>
internal enum ModelJobState
{
    Running,
    Done,
    Failed,
    Cancelled,
}

/// <summary>A person the new model does not know, and why not.</summary>
/// <param name="Id">Their id.</param>
/// <param name="Name">As on the watchlist.</param>
/// <param name="Reason">photosNotKept or noFaceInPhotos.</param>
internal sealed record UnknownPerson(string Id, string Name, string Reason);

/// <summary>Work on models that takes longer than a request: a pull, or teaching a new embedder.</summary>
/// <param name="Id">A ULID.</param>
/// <param name="What">pull or use.</param>
/// <param name="Model">Name and version.</param>
/// <param name="State">running, done, failed or cancelled.</param>
/// <param name="Progress">Bytes or photos so far.</param>
/// <param name="Total">Of so many.</param>
/// <param name="Unit">bytes or photos.</param>
/// <param name="Fault">Of a failed one: a stable word.</param>
/// <param name="Reason">Of a failed one: the same for a person.</param>
/// <param name="Unknown">Of use: persons the new model does not know.</param>
/// <param name="StartedAt">UTC.</param>
/// <param name="EndedAt">UTC; null while it runs.</param>
/// <param name="By">Who started it.</param>
internal sealed record ModelJob(
    string Id, string What, string Model, ModelJobState State, long Progress, long Total, string Unit, string? Fault, string? Reason,
    IReadOnlyList<UnknownPerson> Unknown, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, string By);

/// <summary>A job cannot go on; the word and the sentence are shown to whoever asked for it.</summary>
internal sealed class ModelJobException(string fault, string message, IReadOnlyList<UnknownPerson>? unknown = null) : Exception(message)
{
    /// <summary>A switch would leave people unrecognised and was not forced.</summary>
    public const string PeopleUnknown = "peopleUnknown";

    public string Fault => fault;

    public IReadOnlyList<UnknownPerson> Unknown => unknown ?? [];
}
