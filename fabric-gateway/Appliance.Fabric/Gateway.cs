using Appliance.Grpc;
using Google.Protobuf;

namespace Appliance.Fabric;

/// <summary>
/// One identity's way to the ledgers of a Fabric network, through the Gateway service that every peer runs since Fabric 2.4.
/// Laid out like the official clients for Go, Node and Java. Thread-safe; <see cref="DisposeAsync"/> ends what is under way.
/// The channel stays the caller's, and may serve several identities.
/// </summary>
public sealed class Gateway : IAsyncDisposable
{
    private readonly CancellationTokenSource _closing = new();
    private readonly Session _session;

    private Gateway(GrpcChannel channel, X509Identity identity, ISigner? signer, GatewayOptions options)
    {
        Identity = identity;
        _session = new(new(channel, options, _closing.Token), new(identity, signer), options.Clock);
    }

    public X509Identity Identity { get; }

    /// <summary>Sends nothing yet.</summary>
    /// <param name="channel">
    /// To a peer's endpoint. A peer cuts off who pings more often than once a minute: <see cref="GrpcChannelOptions.PingEvery"/> ≥ 60 s.
    /// </param>
    /// <param name="identity">Who calls.</param>
    /// <param name="signer">Null = signatures are made elsewhere, see <see cref="NewSignedProposal"/>.</param>
    /// <param name="options">Null = the defaults.</param>
    public static Gateway Connect(GrpcChannel channel, X509Identity identity, ISigner? signer, GatewayOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(channel);
        ArgumentNullException.ThrowIfNull(identity);
        return new(channel, identity, signer, options ?? new());
    }

    /// <summary>A ledger with its members: what Fabric calls a channel.</summary>
    public Network GetNetwork(string channelName)
    {
        ArgumentException.ThrowIfNullOrEmpty(channelName);
        return new(_session, channelName);
    }

    /// <summary>From <see cref="Proposal.GetBytes"/>, of this library or an official client; signed here unless it is already.</summary>
    /// <exception cref="InvalidDataException">No proposal.</exception>
    public Proposal NewProposal(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var proposed = Wire.ProposedTransaction.Parser.ParseFrom(bytes);
            return new(_session, proposed.Proposal is null ? throw new InvalidDataException("there is no proposal in the bytes") : proposed);
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new InvalidDataException("the bytes are no proposal", error);
        }
    }

    /// <summary>The same, with a signature over <see cref="Proposal.GetDigest"/> made elsewhere.</summary>
    /// <exception cref="InvalidDataException">No proposal.</exception>
    public Proposal NewSignedProposal(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> signature)
    {
        var proposal = NewProposal(bytes);
        proposal.SetSignature(signature);
        return proposal;
    }

    /// <summary>From <see cref="Transaction.GetBytes"/>; signed here unless it is already.</summary>
    /// <exception cref="InvalidDataException">No endorsed transaction.</exception>
    public Transaction NewTransaction(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var prepared = Wire.PreparedTransaction.Parser.ParseFrom(bytes);
            var envelope = prepared.Envelope ?? throw new InvalidDataException("there is no envelope in the bytes");
            return new(_session, prepared, EnvelopeContent.Read(envelope));
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new InvalidDataException("the bytes are no endorsed transaction", error);
        }
    }

    /// <summary>The same, with a signature over <see cref="Transaction.GetDigest"/> made elsewhere.</summary>
    /// <exception cref="InvalidDataException">No endorsed transaction.</exception>
    public Transaction NewSignedTransaction(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> signature)
    {
        var transaction = NewTransaction(bytes);
        transaction.SetSignature(signature);
        return transaction;
    }

    /// <summary>From <see cref="Commit.GetBytes"/>; signed here unless it is already.</summary>
    /// <exception cref="InvalidDataException">No question after a commit.</exception>
    public Commit NewCommit(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return new(_session, Wire.SignedCommitStatusRequest.Parser.ParseFrom(bytes));
        }
        catch (InvalidProtocolBufferException error)
        {
            throw new InvalidDataException("the bytes ask for no commit", error);
        }
    }

    /// <summary>The same, with a signature over <see cref="Commit.GetDigest"/> made elsewhere.</summary>
    /// <exception cref="InvalidDataException">No question after a commit.</exception>
    public Commit NewSignedCommit(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> signature)
    {
        var commit = NewCommit(bytes);
        commit.SetSignature(signature);
        return commit;
    }

    /// <summary>Ends calls and event streams that are under way; they see an <see cref="OperationCanceledException"/>.</summary>
    public async ValueTask DisposeAsync() => await _closing.CancelAsync().ConfigureAwait(false);
}
