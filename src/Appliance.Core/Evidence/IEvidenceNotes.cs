namespace Appliance.Core.Evidence;

/// <summary>Takes lines for the evidence log that are about the box and not about an alert.</summary>
public interface IEvidenceNotes
{
    /// <param name="contract">Whose line it is on the ledger, e.g. <c>fl</c>.</param>
    /// <param name="subject">What it is about, e.g. <c>model.adopted</c>.</param>
    /// <param name="sha256">Hash of the thing, hexadecimal.</param>
    /// <param name="detail">A short sentence without personal data.</param>
    /// <param name="cancel">Gives up.</param>
    Task Note(string contract, string subject, string sha256, string detail, CancellationToken cancel);

    /// <summary>An update that this box sends to a federation: the ledger gets its hash by job and round.</summary>
    /// <param name="job">Which training, alike on all its boxes; without <c>|</c>.</param>
    /// <param name="round">Round as the server counts, from 1; less = it does not say, and the ledger gets none.</param>
    /// <param name="sha256">Hash of the update, hexadecimal.</param>
    /// <param name="detail">A short sentence without personal data.</param>
    /// <param name="cancel">Gives up.</param>
    Task Update(string job, long round, string sha256, string detail, CancellationToken cancel) =>
        Note("fl", "update.sent", sha256, detail, cancel);
}
