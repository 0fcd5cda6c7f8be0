using Appliance.Core.Evidence;
using Appliance.Store.Audit;
using Appliance.Store.Evidence;

namespace Appliance.Daemon.Learning;

/// <summary>
/// What learning did, twice: a line of the audit log for the operator, and a signed note in the evidence log (so on the ledger) for those
/// who are not to trust the operator. Without an evidence key only the former.
/// </summary>
internal sealed class FederationNotes(AuditLog audit, EvidenceStore evidence) : IEvidenceNotes
{
    public async Task Note(string contract, string subject, string sha256, string detail, CancellationToken cancel)
    {
        await audit.Append(Actor.System, $"{contract}.{subject}", sha256, detail, cancel);
        await evidence.Note(new(contract, subject, sha256, detail), cancel);
    }

    public async Task Update(string job, long round, string sha256, string detail, CancellationToken cancel)
    {
        await audit.Append(Actor.System, "fl.update.sent", sha256, detail, cancel);
        await evidence.Note(new("fl", "update.sent", sha256, detail) { Job = round > 0 ? job : null, Round = round }, cancel);
    }
}
