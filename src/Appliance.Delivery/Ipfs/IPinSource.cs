namespace Appliance.Delivery.Ipfs;

/// <summary>Where files to be pinned come from, and where it is kept what became of them.</summary>
public interface IPinSource
{
    /// <summary>What is to be done next, oldest first; null = nothing.</summary>
    Task<PinTask?> Next(CancellationToken cancel);

    /// <summary>A file of the task is on the node. Durable when it returns: it is not sent again.</summary>
    Task Pinned(PinTask task, string name, string cid, long bytes, CancellationToken cancel);

    /// <summary>The task is through.</summary>
    /// <param name="task">Of <see cref="Next"/>.</param>
    /// <param name="reason">What of it could not be had on the box; empty = nothing.</param>
    /// <param name="cancel">Gives up.</param>
    Task Finished(PinTask task, string reason, CancellationToken cancel);
}

/// <summary>The files of one alert.</summary>
/// <param name="Alert">Whose.</param>
/// <param name="Add">To be added, in this order.</param>
/// <param name="Remove">Addresses that the node may forget: the evidence was destroyed.</param>
public sealed record PinTask(string Alert, IReadOnlyList<PinFile> Add, IReadOnlyList<string> Remove);

/// <param name="Name">As in the manifest, or manifest.json, proof.json; encrypted files end with .wpe.</param>
/// <param name="Open">Gives a seekable stream; null = it is not there (any more).</param>
public sealed record PinFile(string Name, Func<CancellationToken, Task<Stream?>> Open);

/// <summary>A file cannot be had, for good: the others go on without it.</summary>
public sealed class PinUnavailableException(string message, Exception? inner = null) : Exception(message, inner);
