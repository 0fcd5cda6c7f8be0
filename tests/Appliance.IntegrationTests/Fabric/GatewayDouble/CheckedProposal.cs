using System.Security.Cryptography;
using Google.Protobuf;
using Wire = Appliance.Fabric.Wire;

namespace Appliance.IntegrationTests.Fabric.GatewayDouble;

/// <summary>A proposal that a peer would run.</summary>
internal sealed record CheckedProposal(
    Wire.Header Header, Wire.ChaincodeProposalPayload Payload, string MspId, string TransactionId, string Function, IReadOnlyList<byte[]> Arguments)
{
    private const int EndorserTransaction = 3;

    /// <exception cref="InvalidDataException">A peer would not; the message says why.</exception>
    public static CheckedProposal Read(Wire.SignedProposal signed, string channel, string chaincode, MemberCheck members)
    {
        var proposal = Wire.Proposal.Parser.ParseFrom(signed.ProposalBytes);
        var header = Wire.Header.Parser.ParseFrom(proposal.Header);
        var channelHeader = Wire.ChannelHeader.Parser.ParseFrom(header.ChannelHeader);
        var signatureHeader = Wire.SignatureHeader.Parser.ParseFrom(header.SignatureHeader);
        Must(channelHeader.Type == EndorserTransaction, $"type {channelHeader.Type}");
        Must(channelHeader.Epoch == 0, $"epoch {channelHeader.Epoch}");
        Must(channelHeader.ChannelId == channel, $"channel '{channelHeader.ChannelId}'");
        Must(channelHeader.Timestamp is not null, "no timestamp");
        Must(signatureHeader.Nonce.Length > 0 && signatureHeader.Creator.Length > 0, "no nonce or creator");
        Must(channelHeader.TxId == TransactionIdOf(signatureHeader), $"transaction id {channelHeader.TxId}");
        var whyNot = members.WhyNot(signatureHeader.Creator, signed.ProposalBytes, signed.Signature, out var mspId);
        Must(whyNot is null, whyNot!);

        var extension = Wire.ChaincodeHeaderExtension.Parser.ParseFrom(channelHeader.Extension);
        var payload = Wire.ChaincodeProposalPayload.Parser.ParseFrom(proposal.Payload);
        var call = Wire.ChaincodeInvocationSpec.Parser.ParseFrom(payload.Input).ChaincodeSpec;
        Must(extension.ChaincodeId.Name == chaincode && call.ChaincodeId.Name == chaincode, $"chaincode '{call.ChaincodeId.Name}'");
        Must(call.Input.Args.Count > 0, "no function");
        return new(
            header, payload, mspId, channelHeader.TxId, call.Input.Args[0].ToStringUtf8(),
            [.. call.Input.Args.Skip(1).Select(argument => argument.ToByteArray())]);
    }

    private static string TransactionIdOf(Wire.SignatureHeader header) =>
        Convert.ToHexStringLower(SHA256.HashData([.. header.Nonce, .. header.Creator]));

    private static void Must(bool holds, string fault)
    {
        if (!holds)
            throw new InvalidDataException(fault);
    }
}
