using Google.Protobuf;

namespace Appliance.Fabric;

/// <summary>What a client must know of a proposal again when its answer comes, wherever the proposal was built.</summary>
/// <param name="Header">As it was signed.</param>
/// <param name="ChannelName">Ledger it is about.</param>
/// <param name="TransactionId">From the header; the hand-over's own field is only a label.</param>
/// <param name="Input">Serialised call: chaincode, function and arguments.</param>
internal sealed record ProposalContent(ByteString Header, string ChannelName, string TransactionId, ByteString Input)
{
    /// <exception cref="InvalidProtocolBufferException">No proposal.</exception>
    internal static ProposalContent Read(ByteString proposalBytes)
    {
        var proposal = Wire.Proposal.Parser.ParseFrom(proposalBytes);
        var channel = Wire.ChannelHeader.Parser.ParseFrom(Wire.Header.Parser.ParseFrom(proposal.Header).ChannelHeader);
        var payload = Wire.ChaincodeProposalPayload.Parser.ParseFrom(proposal.Payload);
        return new(proposal.Header, channel.ChannelId, channel.TxId, payload.Input);
    }
}
