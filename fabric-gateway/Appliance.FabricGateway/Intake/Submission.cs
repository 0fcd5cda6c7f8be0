using Appliance.FabricGateway.Store;

namespace Appliance.FabricGateway.Intake;

/// <summary>Why something is refused for good: the words of the wire.</summary>
public enum RefusalWord
{
    Malformed,
    NoDevice,
    BadSignature,
    Equivocation,
    NotYours,
}

/// <summary>A refusal with its reason.</summary>
public sealed record Refusal(RefusalWord Word, string Detail)
{
    /// <summary>As it goes over the wire.</summary>
    public string Code => Word switch
    {
        RefusalWord.Malformed => "MALFORMED",
        RefusalWord.NoDevice => "NO_DEVICE",
        RefusalWord.BadSignature => "BAD_SIGNATURE",
        RefusalWord.Equivocation => "EQUIVOCATION",
        _ => "NOT_YOURS",
    };
}

/// <summary>Something a box said, well-formed, with the address that signed it.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Device">For whom it speaks.</param>
/// <param name="Key">Its key on the ledger.</param>
/// <param name="Seq">Batch number; 0 for other kinds.</param>
/// <param name="Signer">Recovered from the signature.</param>
/// <param name="Content">What was signed: another text under the same key is equivocation.</param>
/// <param name="Argument">For the contract.</param>
/// <param name="Lane">What must keep an order among themselves; null = nothing.</param>
/// <param name="IsBarrier">Alone in its lane.</param>
public sealed record Submission(
    ItemKind Kind, string Device, string Key, long Seq, string Signer, string Content, string Argument, string? Lane, bool IsBarrier);

/// <summary>A rotation of a box's key, with good signatures of both keys.</summary>
/// <param name="Statement">The record.</param>
/// <param name="Record">Record and signatures as they came, for the register.</param>
/// <param name="Argument">For the contract.</param>
public sealed record RotationSubmission(Appliance.Core.Evidence.Signatures.KeyStatement Statement, string Record, string Argument);

/// <summary>What became of one submission.</summary>
/// <param name="Status">accepted, exists or refused.</param>
/// <param name="Refusal">Why it was refused.</param>
public sealed record Outcome(OutcomeStatus Status, Refusal? Refusal = null)
{
    public static readonly Outcome Accepted = new(OutcomeStatus.Accepted);
    public static readonly Outcome Exists = new(OutcomeStatus.Exists);

    public static Outcome Refused(RefusalWord word, string detail) => new(OutcomeStatus.Refused, new(word, detail));
}

/// <summary>The three answers of the wire.</summary>
public enum OutcomeStatus
{
    Accepted,
    Exists,
    Refused,
}
