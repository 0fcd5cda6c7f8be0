using Google.Protobuf;

namespace Appliance.Fabric;

/// <summary>What an endorsed envelope says, taken apart.</summary>
/// <param name="ChannelName">Ledger it is for.</param>
/// <param name="TransactionId">From its header.</param>
/// <param name="Result">What the function returned to the endorsers.</param>
internal sealed record EnvelopeContent(string ChannelName, string TransactionId, ReadOnlyMemory<byte> Result)
{
    private const int SmallestGoodStatus = 200;
    private const int SmallestBadStatus = 400;

    /// <summary>Reads the answer to <paramref name="asked"/>, and refuses one that must not be signed.</summary>
    /// <exception cref="EndorseException">It answers something else, or is no envelope.</exception>
    internal static EnvelopeContent ReadAnswer(Wire.EndorseResponse answer, ProposalContent asked)
    {
        try
        {
            var (payload, action) = Open(answer.PreparedTransaction ?? throw new InvalidDataException("it has no envelope"));
            var content = Read(payload, action);
            if (WhyNot(payload, action, content, asked) is { } why)
                throw new InvalidDataException(why);
            return content;
        }
        catch (Exception error) when (error is InvalidDataException or InvalidProtocolBufferException)
        {
            throw EndorseException.NotSigned(error.Message, asked.TransactionId, error);
        }
    }

    /// <summary>Reads an envelope that came from elsewhere; there is no question to hold it against.</summary>
    /// <exception cref="InvalidDataException">No endorsed transaction.</exception>
    /// <exception cref="InvalidProtocolBufferException">The same.</exception>
    internal static EnvelopeContent Read(Wire.Envelope envelope)
    {
        var (payload, action) = Open(envelope);
        return Read(payload, action);
    }

    private static string? WhyNot(
        Wire.Payload payload, Wire.ChaincodeActionPayload action, EnvelopeContent content, ProposalContent asked)
    {
        if (payload.Header.ToByteString() != asked.Header)
            return "its header is not the one that was sent";
        if (content.ChannelName != asked.ChannelName || content.TransactionId != asked.TransactionId)
            return "it is another transaction";
        // The header does not cover the call: without this a gateway could have other arguments signed under it.
        var call = Wire.ChaincodeProposalPayload.Parser.ParseFrom(action.ChaincodeProposalPayload);
        if (call.Input != asked.Input)
            return "its call is not the one that was sent";
        if (call.TransientMap.Count > 0)
            return "it would write the transient data to the ledger";
        if (action.Action is not { Endorsements.Count: > 0 })
            return "nobody endorsed it";
        var status = Action(action).Response?.Status ?? 0;
        return status is >= SmallestGoodStatus and < SmallestBadStatus ? null : $"the contract's answer is {status}";
    }

    private static EnvelopeContent Read(Wire.Payload payload, Wire.ChaincodeActionPayload action)
    {
        var channel = Wire.ChannelHeader.Parser.ParseFrom(payload.Header.ChannelHeader);
        return new(channel.ChannelId, channel.TxId, Action(action).Response?.Payload.Memory ?? default);
    }

    private static (Wire.Payload Payload, Wire.ChaincodeActionPayload Action) Open(Wire.Envelope envelope)
    {
        var payload = Wire.Payload.Parser.ParseFrom(envelope.Payload);
        if (payload.Header is null)
            throw new InvalidDataException("it has no header");
        var transaction = Wire.Transaction.Parser.ParseFrom(payload.Data);
        if (transaction.Actions is not [var only])
            throw new InvalidDataException($"it has {transaction.Actions.Count} actions instead of one");
        return (payload, Wire.ChaincodeActionPayload.Parser.ParseFrom(only.Payload));
    }

    private static Wire.ChaincodeAction Action(Wire.ChaincodeActionPayload payload) =>
        Wire.ChaincodeAction.Parser.ParseFrom(
            Wire.ProposalResponsePayload.Parser.ParseFrom(payload.Action?.ProposalResponsePayload ?? ByteString.Empty).Extension);
}
