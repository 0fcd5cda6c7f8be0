using Appliance.Core.Evidence;
using Appliance.Store.Audit;

namespace Appliance.Daemon.Learning;

/// <summary>Lines about updates and models go into the hash-chained audit log until the evidence log takes them itself.</summary>
internal sealed class FederationNotes(AuditLog audit) : IEvidenceNotes
{
    public Task Note(string contract, string subject, string sha256, string detail, CancellationToken cancel) =>
        audit.Append(Actor.System, $"{contract}.{subject}", sha256, detail, cancel);
}
