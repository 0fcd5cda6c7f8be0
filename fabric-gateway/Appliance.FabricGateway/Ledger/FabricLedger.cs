using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Appliance.Fabric;
using Appliance.FabricGateway.Configuration;
using Appliance.Grpc;

namespace Appliance.FabricGateway.Ledger;

/// <summary>The ledger through a peer's Gateway service (<c>Appliance.Fabric</c>).</summary>
public sealed class FabricLedger : ILedger
{
    // The peer cuts off who pings more often than once a minute.
    private static readonly TimeSpan s_pingEvery = TimeSpan.FromSeconds(70);

    private readonly FabricOptions _options;
    private readonly GrpcChannel _channel;
    private readonly X509Identity _identity;
    private readonly PrivateKeySigner _signer;
    private readonly X509Certificate2? _tlsCertificate;
    private readonly Gateway _gateway;
    private readonly Network _network;
    private readonly Contract _contract;

    private FabricLedger(FabricOptions options, X509Identity identity, PrivateKeySigner signer, X509Certificate2? tlsCertificate)
    {
        (_options, _identity, _signer, _tlsCertificate) = (options, identity, signer, tlsCertificate);
        _channel = new(new GrpcChannelOptions
        {
            Address = new(options.Endpoint),
            Authorities = GrpcChannelOptions.AuthoritiesFromPem(File.ReadAllText(options.TlsCaFile!)),
            ClientCertificate = tlsCertificate,
            TargetHost = options.ServerName,
            PingEvery = s_pingEvery,
            UserAgent = "watchpost-fabric-gateway/1",
        });
        _gateway = Gateway.Connect(_channel, identity, signer, new()
        {
            EvaluateTimeout = options.SubmitTimeout,
            EndorseTimeout = options.EndorseTimeout,
            SubmitTimeout = options.SubmitTimeout,
            CommitStatusTimeout = options.CommitTimeout,
        });
        _network = _gateway.GetNetwork(options.Channel);
        _contract = _network.GetContract(options.Chaincode);
    }

    /// <summary>Reads the files; connects with the first call.</summary>
    /// <exception cref="CryptographicException">A file is no certificate or key, or the key is not the certificate's.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file cannot be read.</exception>
    public static FabricLedger Open(FabricOptions options)
    {
        var identity = X509Identity.FromFile(options.MspId!, options.CertFile!);
        PrivateKeySigner? signer = null;
        X509Certificate2? tls = null;
        try
        {
            signer = PrivateKeySigner.FromFile(options.KeyFile!);
            if (!signer.BelongsTo(identity))
                throw new CryptographicException($"{options.KeyFile} is not the key of {options.CertFile}");
            tls = options.TlsCertFile is { } file ? X509Certificate2.CreateFromPemFile(file, options.TlsKeyFile) : null;
            return new(options, identity, signer, tls);
        }
        catch
        {
            tls?.Dispose();
            signer?.Dispose();
            identity.Dispose();
            throw;
        }
    }

    public Task<byte[]> Evaluate(LedgerCall call, CancellationToken cancel) =>
        Try(() => _contract.NewProposal(call.Function, Arguments(call)).EvaluateAsync(cancel: cancel), cancel);

    public Task<EndorsedCall> Endorse(LedgerCall call, CancellationToken cancel) => Try(
        async () =>
        {
            var transaction = await _contract.NewProposal(call.Function, Arguments(call)).EndorseAsync(cancel: cancel).ConfigureAwait(false);
            await transaction.SignAsync(cancel).ConfigureAwait(false);
            return new EndorsedCall(transaction.TransactionId, transaction.GetBytes(), transaction.Result);
        },
        cancel);

    public Task Submit(ReadOnlyMemory<byte> envelope, CancellationToken cancel) =>
        Try(() => _gateway.NewTransaction(envelope.Span).SubmitAsync(cancel: cancel), cancel);

    public async Task<LedgerCommit?> Status(string transactionId, TimeSpan patience, CancellationToken cancel)
    {
        try
        {
            var status = await _network.NewCommit(transactionId).GetStatusAsync(patience, cancel).ConfigureAwait(false);
            return new((int)status.Code, (long)status.BlockNumber);
        }
        catch (CommitStatusException error) when (error.StatusCode == GrpcStatus.DeadlineExceeded)
        {
            return null;
        }
        catch (FabricException error)
        {
            throw Fault(error);
        }
        catch (OperationCanceledException error) when (!cancel.IsCancellationRequested)
        {
            throw new LedgerException(LedgerFault.TryAgain, "the connection is closing", error);
        }
    }

    public async IAsyncEnumerable<LedgerEvent> Events(EventPlace? from, [EnumeratorCancellation] CancellationToken cancel)
    {
        var options = from is { } place
            ? new ChaincodeEventsOptions { Checkpoint = new((ulong)place.Block, place.TransactionId) }
            : new ChaincodeEventsOptions { StartBlock = 0 };
        var events = _network.GetChaincodeEventsAsync(_options.Chaincode, options, cancel).GetAsyncEnumerator(cancel);
        await using (events.ConfigureAwait(false))
        {
            while (await Next(events, cancel).ConfigureAwait(false))
            {
                var seen = events.Current;
                yield return new((long)seen.BlockNumber, seen.TransactionId, seen.EventName, seen.Payload);
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync().ConfigureAwait(false);
        _channel.Dispose();
        _signer.Dispose();
        _identity.Dispose();
        _tlsCertificate?.Dispose();
    }

    private static ProposalArgument[] Arguments(LedgerCall call) => [.. call.Arguments.Select(argument => (ProposalArgument)argument)];

    private static async ValueTask<bool> Next(IAsyncEnumerator<ChaincodeEvent> events, CancellationToken cancel)
    {
        try
        {
            return await events.MoveNextAsync().ConfigureAwait(false);
        }
        catch (FabricException error)
        {
            throw Fault(error);
        }
        catch (OperationCanceledException error) when (!cancel.IsCancellationRequested)
        {
            throw new LedgerException(LedgerFault.TryAgain, "the connection is closing", error);
        }
    }

    private static async Task<T> Try<T>(Func<Task<T>> call, CancellationToken cancel)
    {
        try
        {
            return await call().ConfigureAwait(false);
        }
        catch (FabricException error)
        {
            throw Fault(error);
        }
        catch (OperationCanceledException error) when (!cancel.IsCancellationRequested)
        {
            throw new LedgerException(LedgerFault.TryAgain, "the connection is closing", error);
        }
    }

    private static LedgerException Fault(FabricException error) => error switch
    {
        // The contract's own words are what an operator looks up; who said them is in the inner exception.
        GatewayException { ChaincodeResponse: { } response } => new(LedgerFault.Refused, response.Message, error),
        { Kind: FaultKind.Retry } => new(LedgerFault.TryAgain, error.Message, error),
        _ => new(LedgerFault.Denied, error.Message, error),
    };
}
