using System.Security.Cryptography;
using Google.Protobuf;
using Wire = Appliance.Fabric.Wire;

namespace Appliance.IntegrationTests.Fabric.GatewayDouble;

/// <summary>Puts an endorsed envelope together as the gateway does: same nesting, same fields, one endorsement.</summary>
internal sealed class Endorser(string chaincode) : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly Lock _gate = new();
    private readonly ByteString _endorser =
        new Wire.SerializedIdentity { Mspid = "Org1MSP", IdBytes = ByteString.CopyFromUtf8("peer0") }.ToByteString();

    public Wire.Envelope Endorse(CheckedProposal proposal, ContractCall call)
    {
        var kept = new Wire.ChaincodeProposalPayload { Input = proposal.Payload.Input }.ToByteString();
        var response = new Wire.ProposalResponsePayload
        {
            ProposalHash = Hash(proposal.Header, kept),
            Extension = Action(call).ToByteString(),
        }.ToByteString();
        var action = new Wire.ChaincodeActionPayload
        {
            ChaincodeProposalPayload = kept,
            Action = new()
            {
                ProposalResponsePayload = response,
                Endorsements = { new Wire.Endorsement { Endorser = _endorser, Signature = Sign(response) } },
            },
        };
        var transaction = new Wire.Transaction
        {
            Actions = { new Wire.TransactionAction { Header = proposal.Header.SignatureHeader, Payload = action.ToByteString() } },
        };
        return new() { Payload = new Wire.Payload { Header = proposal.Header, Data = transaction.ToByteString() }.ToByteString() };
    }

    public void Dispose() => _key.Dispose();

    private Wire.ChaincodeAction Action(ContractCall call)
    {
        var action = new Wire.ChaincodeAction
        {
            // Keys read and written stand for the read-write set: no client looks into it.
            Results = ByteString.CopyFromUtf8(string.Join('\n', [.. call.Reads.Keys, .. call.Writes.Keys])),
            Response = new() { Status = 200, Payload = ByteString.CopyFrom(call.Result) },
            ChaincodeId = new() { Name = chaincode, Version = "1.0" },
        };
        if (call.Event is { } said)
        {
            action.Events = new Wire.ChaincodeEvent
            {
                ChaincodeId = chaincode,
                TxId = call.TransactionId,
                EventName = said.Name,
                Payload = ByteString.CopyFrom(said.Payload),
            }.ToByteString();
        }

        return action;
    }

    private ByteString Sign(ByteString response)
    {
        lock (_gate)
        {
            return ByteString.CopyFrom(
                _key.SignData([.. response, .. _endorser], HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence));
        }
    }

    private static ByteString Hash(Wire.Header header, ByteString payload) =>
        ByteString.CopyFrom(SHA256.HashData([.. header.ChannelHeader, .. header.SignatureHeader, .. payload]));
}
