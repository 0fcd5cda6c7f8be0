using System.Collections.Concurrent;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Microsoft.AspNetCore.Http;
using Wire = Appliance.Fabric.Wire;

namespace Appliance.IntegrationTests.Fabric.GatewayDouble;

/// <summary>The five methods, as strict as a peer where a client could be wrong.</summary>
internal sealed class GatewayService(FabricDoubleOptions options, Ledger ledger, Orderer orderer, FaultScript script) : IDisposable
{
    private readonly X509Certificate2 _root = X509CertificateLoader.LoadCertificateFromFile(options.Authority.CaFile);
    private readonly Endorser _endorser = new(options.Chaincode);
    private readonly ConcurrentDictionary<Method, int> _calls = [];
    private MemberCheck? _members;
    private int _streams;

    /// <summary>What clients did wrong, in order.</summary>
    public ConcurrentQueue<string> Violations { get; } = [];

    /// <summary>Changes what Endorse answers: a gateway that lies.</summary>
    public Func<Wire.Envelope, Wire.Envelope>? Tamper { get; set; }

    /// <summary>Streams of events that have begun; a block that comes now is in them.</summary>
    public int Streams => _streams;

    private MemberCheck Members => _members ??= new(_root, options.MspIds);

    public int Calls(Method method) => _calls.GetValueOrDefault(method);

    public Dictionary<string, RequestDelegate> Routes => new()
    {
        ["/gateway.Gateway/Evaluate"] = Unary(Method.Evaluate, Wire.EvaluateRequest.Parser, (request, _) => Evaluate(request)),
        ["/gateway.Gateway/Endorse"] = Unary(Method.Endorse, Wire.EndorseRequest.Parser, (request, _) => Endorse(request)),
        ["/gateway.Gateway/Submit"] = Unary(Method.Submit, Wire.SubmitRequest.Parser, (request, _) => Task.FromResult<IMessage>(Submit(request, forget: false))),
        ["/gateway.Gateway/CommitStatus"] = Unary(Method.CommitStatus, Wire.SignedCommitStatusRequest.Parser, CommitStatus),
        ["/gateway.Gateway/ChaincodeEvents"] = ChaincodeEvents,
    };

    public void Dispose()
    {
        _root.Dispose();
        _endorser.Dispose();
    }

    private async Task<IMessage> Evaluate(Wire.EvaluateRequest request)
    {
        var call = await Run(Open(request.ProposedTransaction), request.ProposedTransaction, Refusal.EvaluateThrew);
        return new Wire.EvaluateResponse { Result = new() { Status = 200, Payload = ByteString.CopyFrom(call.Result) } };
    }

    private async Task<IMessage> Endorse(Wire.EndorseRequest request)
    {
        var proposal = Open(request.ProposedTransaction);
        if (request.TransactionId != proposal.TransactionId || request.ChannelId != options.Channel)
            throw Violation("Endorse names another transaction or channel than its proposal");
        var call = await Run(proposal, request.ProposedTransaction, Refusal.EndorseThrew);
        if (call.ReadRange)
            throw Violation($"{call.Function} reads a range in a transaction");
        var envelope = _endorser.Endorse(proposal, call);
        orderer.Expect(envelope, call);
        return new Wire.EndorseResponse { PreparedTransaction = Tamper?.Invoke(envelope) ?? envelope };
    }

    private Wire.SubmitResponse Submit(Wire.SubmitRequest request, bool forget)
    {
        var payload = Wire.Payload.Parser.ParseFrom(request.PreparedTransaction.Payload);
        var creator = Wire.SignatureHeader.Parser.ParseFrom(payload.Header.SignatureHeader).Creator;
        var transaction = Wire.ChannelHeader.Parser.ParseFrom(payload.Header.ChannelHeader).TxId;
        var envelope = request.PreparedTransaction;
        if (Members.WhyNot(creator, envelope.Payload, envelope.Signature, out _) is { } why)
            throw Violation($"Submit: {why}");
        if (request.TransactionId != transaction)
            throw Violation("Submit names another transaction than its envelope");
        if (!forget)
            orderer.Take(envelope, transaction);
        return new();
    }

    private async Task<IMessage> CommitStatus(Wire.SignedCommitStatusRequest signed, CancellationToken cancel)
    {
        var request = Wire.CommitStatusRequest.Parser.ParseFrom(signed.Request);
        if (Members.WhyNot(request.Identity, signed.Request, signed.Signature, out _) is { } why)
            throw Violation($"CommitStatus: {why}");
        if (request.ChannelId != options.Channel)
            throw Refusal.UnknownChannel();
        var found = await ledger.WhenCommitted(request.TransactionId, cancel);
        return new Wire.CommitStatusResponse { Result = found.Code, BlockNumber = found.Block };
    }

    private async Task ChaincodeEvents(HttpContext http)
    {
        _calls.AddOrUpdate(Method.ChaincodeEvents, 1, (_, count) => count + 1);
        var signed = await GrpcWire.Read(http, Wire.SignedChaincodeEventsRequest.Parser);
        var fault = script.Take(Method.ChaincodeEvents);
        try
        {
            if (fault?.Refusal is { } refusal)
                throw refusal;
            var request = Wire.ChaincodeEventsRequest.Parser.ParseFrom(signed.Request);
            if (Members.WhyNot(request.Identity, signed.Request, signed.Signature, out _) is { } why)
                throw Violation($"ChaincodeEvents: {why}");
            if (request.ChannelId != options.Channel)
                throw Refusal.UnknownChannel();
            GrpcWire.Begin(http);
            await http.Response.StartAsync();
            await Stream(http, request, fault);
        }
        catch (Refusal refusal)
        {
            GrpcWire.Refuse(http, refusal);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has left, which is the usual end.
        }
    }

    private async Task Stream(HttpContext http, Wire.ChaincodeEventsRequest request, ScriptedFault? fault)
    {
        // As a peer does: everything up to and including that transaction's event is passed over, wherever it is.
        var passOver = request.AfterTransactionId;
        var first = First(request);
        Interlocked.Increment(ref _streams);
        await foreach (var block in ledger.Blocks(first, http.RequestAborted))
        {
            var answer = new Wire.ChaincodeEventsResponse { BlockNumber = block.Length > 0 ? block[0].Block : 0 };
            foreach (var transaction in block.Where(transaction => transaction.IsValid && transaction.Call.Event is not null))
            {
                if (passOver.Length == 0)
                    answer.Events.Add(Event(transaction, request.ChaincodeId));
                else if (transaction.TransactionId == passOver)
                    passOver = "";
            }

            if (answer.Events.Count == 0)
                continue;
            await GrpcWire.Write(http, answer);
            if (fault?.Kind == FaultKinds.BreakAfter)
            {
                http.Abort();
                return;
            }
        }
    }

    private ulong First(Wire.ChaincodeEventsRequest request)
    {
        if (request.AfterTransactionId.Length > 0 && ledger.Find(request.AfterTransactionId) is { } known)
            return known.Block;
        return request.StartPosition?.TypeCase switch
        {
            Wire.SeekPosition.TypeOneofCase.Specified => request.StartPosition.Specified.Number,
            Wire.SeekPosition.TypeOneofCase.Oldest => 0,
            Wire.SeekPosition.TypeOneofCase.Newest => ledger.Height - 1,
            _ => ledger.Height,
        };
    }

    private static Wire.ChaincodeEvent Event(LedgerTransaction transaction, string chaincode) => new()
    {
        ChaincodeId = chaincode,
        TxId = transaction.TransactionId,
        EventName = transaction.Call.Event!.Value.Name,
        Payload = ByteString.CopyFrom(transaction.Call.Event!.Value.Payload),
    };

    private CheckedProposal Open(Wire.SignedProposal signed)
    {
        try
        {
            return CheckedProposal.Read(signed, options.Channel, options.Chaincode, Members);
        }
        catch (Exception error) when (error is InvalidDataException or InvalidProtocolBufferException)
        {
            throw Violation(error.Message);
        }
    }

    private async Task<ContractCall> Run(CheckedProposal proposal, Wire.SignedProposal signed, Func<string, Refusal> threw)
    {
        var call = new ContractCall(
            proposal.Function, proposal.Arguments, proposal.Payload.TransientMap.ToDictionary(entry => entry.Key, entry => entry.Value.ToByteArray()),
            proposal.MspId, proposal.TransactionId, ledger)
        {
            Channel = options.Channel,
            Proposal = signed,
        };
        try
        {
            call.Result = (await options.Contract(call)).ToArray();
            return call;
        }
        catch (ContractError error)
        {
            throw threw(error.Message);
        }
    }

    private Refusal Violation(string what)
    {
        Violations.Enqueue(what);
        return Refusal.AccessDenied(options.Channel, options.MspIds[0]);
    }

    private RequestDelegate Unary<T>(Method method, MessageParser<T> parser, Func<T, CancellationToken, Task<IMessage>> answer)
        where T : IMessage<T> => async http =>
    {
        _calls.AddOrUpdate(method, 1, (_, count) => count + 1);
        var request = await GrpcWire.Read(http, parser);
        var fault = script.Take(method);
        try
        {
            if (fault?.Refusal is { } refusal)
                throw refusal;
            if (fault?.Kind == FaultKinds.BreakBefore)
            {
                http.Abort();
                return;
            }

            var said = fault?.Kind == FaultKinds.Forget && request is Wire.SubmitRequest submit
                ? Submit(submit, forget: true)
                : await answer(request, http.RequestAborted);
            if (fault?.Kind == FaultKinds.BreakAfter)
            {
                http.Abort();
                return;
            }

            GrpcWire.Begin(http);
            await GrpcWire.Write(http, said);
            GrpcWire.End(http);
        }
        catch (Refusal refusal)
        {
            GrpcWire.Refuse(http, refusal);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            // The client has given up.
        }
    };
}
