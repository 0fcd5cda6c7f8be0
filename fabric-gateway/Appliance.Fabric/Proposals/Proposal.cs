using Google.Protobuf;

namespace Appliance.Fabric;

/// <summary>
/// A call of a contract's function that may be evaluated, or endorsed and then submitted. Its nonce is fresh, so it makes one
/// transaction at most: a call that is to be tried anew needs a new proposal. For one caller at a time.
/// </summary>
public sealed class Proposal
{
    private readonly Session _session;
    private readonly Wire.ProposedTransaction _proposed;
    private readonly ProposalContent _content;

    internal Proposal(Session session, Wire.ProposedTransaction proposed)
    {
        (_session, _proposed) = (session, proposed);
        _content = ProposalContent.Read(proposed.Proposal.ProposalBytes);
    }

    public string TransactionId => _content.TransactionId;

    /// <summary>To be signed or sent elsewhere; read back by <see cref="Gateway.NewProposal"/> of any official client, too.</summary>
    public byte[] GetBytes() => _proposed.ToByteArray();

    /// <summary>SHA-256 of the proposal: what a signer elsewhere signs.</summary>
    public byte[] GetDigest() => SigningIdentity.Digest(_proposed.Proposal.ProposalBytes);

    /// <summary>Asks one peer; nothing is written.</summary>
    /// <param name="deadline">Other than <see cref="GatewayOptions.EvaluateTimeout"/>.</param>
    /// <param name="cancel">Gives the call up.</param>
    /// <returns>What the function returned.</returns>
    /// <exception cref="GatewayException">The contract refused, or nobody answered.</exception>
    public async Task<byte[]> EvaluateAsync(TimeSpan? deadline = null, CancellationToken cancel = default)
    {
        await Sign(cancel).ConfigureAwait(false);
        var answer = await _session.Client.Evaluate(
            new()
            {
                TransactionId = TransactionId,
                ChannelId = _content.ChannelName,
                ProposedTransaction = _proposed.Proposal,
                TargetOrganizations = { _proposed.EndorsingOrganizations },
            },
            deadline, cancel).ConfigureAwait(false);
        return answer.Result?.Payload.ToByteArray() ?? [];
    }

    /// <summary>
    /// Has enough organisations run the function and sign what it would write. The answer is compared with what was asked before
    /// anybody here signs it: same header, same call, nothing of the transient data, at least one endorsement.
    /// </summary>
    /// <param name="deadline">Other than <see cref="GatewayOptions.EndorseTimeout"/>.</param>
    /// <param name="cancel">Gives the call up.</param>
    /// <exception cref="EndorseException">Refused, out of reach, or the answer is to another question.</exception>
    public async Task<Transaction> EndorseAsync(TimeSpan? deadline = null, CancellationToken cancel = default)
    {
        await Sign(cancel).ConfigureAwait(false);
        var answer = await _session.Client.Endorse(
            new()
            {
                TransactionId = TransactionId,
                ChannelId = _content.ChannelName,
                ProposedTransaction = _proposed.Proposal,
                EndorsingOrganizations = { _proposed.EndorsingOrganizations },
            },
            deadline, cancel).ConfigureAwait(false);
        var content = EnvelopeContent.ReadAnswer(answer, _content);
        return new(_session, new() { TransactionId = TransactionId, Envelope = answer.PreparedTransaction }, content);
    }

    internal void SetSignature(ReadOnlySpan<byte> signature) => _proposed.Proposal.Signature = ByteString.CopyFrom(signature);

    private async ValueTask Sign(CancellationToken cancel)
    {
        if (_proposed.Proposal.Signature.IsEmpty)
            _proposed.Proposal.Signature = await _session.Identity.Sign(_proposed.Proposal.ProposalBytes, cancel).ConfigureAwait(false);
    }
}
