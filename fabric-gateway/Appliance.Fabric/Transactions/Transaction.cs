using Google.Protobuf;

namespace Appliance.Fabric;

/// <summary>
/// An endorsed call. Sending the same signed one again is harmless: the ledger takes a transaction id once. For one caller at a time.
/// </summary>
public sealed class Transaction
{
    private readonly Session _session;
    private readonly Wire.PreparedTransaction _prepared;
    private readonly EnvelopeContent _content;

    internal Transaction(Session session, Wire.PreparedTransaction prepared, EnvelopeContent content) =>
        (_session, _prepared, _content) = (session, prepared, content);

    public string TransactionId => _content.TransactionId;

    /// <summary>What the function returned to the endorsers; it holds only if the transaction commits as valid.</summary>
    public ReadOnlyMemory<byte> Result => _content.Result;

    /// <summary>To be kept, signed elsewhere or sent later; read back by <see cref="Gateway.NewTransaction"/>.</summary>
    public byte[] GetBytes() => _prepared.ToByteArray();

    /// <summary>SHA-256 of the envelope's payload: what a signer elsewhere signs.</summary>
    public byte[] GetDigest() => SigningIdentity.Digest(_prepared.Envelope.Payload);

    /// <summary>
    /// Signs, unless that is done. An outbox keeps <see cref="GetBytes"/> after this and before <see cref="SubmitAsync"/>: whatever
    /// happens then, the same envelope can be sent again.
    /// </summary>
    public async ValueTask SignAsync(CancellationToken cancel = default)
    {
        if (_prepared.Envelope.Signature.IsEmpty)
            _prepared.Envelope.Signature = await _session.Identity.Sign(_prepared.Envelope.Payload, cancel).ConfigureAwait(false);
    }

    /// <summary>Hands the transaction to the orderer. It is accepted then, not committed: ask the returned one.</summary>
    /// <param name="deadline">Other than <see cref="GatewayOptions.SubmitTimeout"/>.</param>
    /// <param name="cancel">Gives the call up; the orderer may have it all the same.</param>
    /// <exception cref="SubmitException">Not accepted, or unknown whether.</exception>
    public async Task<SubmittedTransaction> SubmitAsync(TimeSpan? deadline = null, CancellationToken cancel = default)
    {
        await SignAsync(cancel).ConfigureAwait(false);
        await _session.Client.Submit(
            new() { TransactionId = TransactionId, ChannelId = _content.ChannelName, PreparedTransaction = _prepared.Envelope },
            deadline, cancel).ConfigureAwait(false);
        return new(_session, Commit.Request(_session, _content.ChannelName, TransactionId), Result);
    }

    /// <summary>Asks after its commit without submitting: what a restarted outbox does first.</summary>
    public Commit NewCommit() => new(_session, Commit.Request(_session, _content.ChannelName, TransactionId));

    internal void SetSignature(ReadOnlySpan<byte> signature) => _prepared.Envelope.Signature = ByteString.CopyFrom(signature);
}
