using Google.Protobuf;

namespace Appliance.Fabric;

/// <summary>Asks whether a transaction has been committed, and as what.</summary>
public class Commit
{
    private readonly Session _session;
    private readonly Wire.SignedCommitStatusRequest _request;

    internal Commit(Session session, Wire.SignedCommitStatusRequest request)
    {
        (_session, _request) = (session, request);
        TransactionId = Wire.CommitStatusRequest.Parser.ParseFrom(request.Request).TransactionId;
    }

    public string TransactionId { get; }

    /// <summary>To be signed elsewhere; read back by <see cref="Gateway.NewCommit"/>.</summary>
    public byte[] GetBytes() => _request.ToByteArray();

    /// <summary>SHA-256 of the request: what a signer elsewhere signs.</summary>
    public byte[] GetDigest() => SigningIdentity.Digest(_request.Request);

    /// <summary>Waits until the transaction is in a block.</summary>
    /// <param name="deadline">Other than <see cref="GatewayOptions.CommitStatusTimeout"/>.</param>
    /// <param name="cancel">Gives the wait up.</param>
    /// <exception cref="CommitStatusException">
    /// Not known. Past the deadline: it may still commit; ask again, then submit the same envelope again.
    /// </exception>
    public async Task<CommitStatus> GetStatusAsync(TimeSpan? deadline = null, CancellationToken cancel = default)
    {
        if (_request.Signature.IsEmpty)
            _request.Signature = await _session.Identity.Sign(_request.Request, cancel).ConfigureAwait(false);
        var answer = await _session.Client.CommitStatus(_request, TransactionId, deadline, cancel).ConfigureAwait(false);
        return new(TransactionId, (TransactionValidationCode)answer.Result, answer.BlockNumber);
    }

    internal static Wire.SignedCommitStatusRequest Request(Session session, string channel, string transactionId) => new()
    {
        Request = new Wire.CommitStatusRequest
        {
            TransactionId = transactionId,
            ChannelId = channel,
            Identity = session.Identity.Creator,
        }.ToByteString(),
    };

    internal void SetSignature(ReadOnlySpan<byte> signature) => _request.Signature = ByteString.CopyFrom(signature);
}
