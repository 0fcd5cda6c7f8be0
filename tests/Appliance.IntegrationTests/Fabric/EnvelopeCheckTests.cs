using Appliance.Fabric;
using Appliance.IntegrationTests.Fabric.GatewayDouble;
using Google.Protobuf;
using Wire = Appliance.Fabric.Wire;

namespace Appliance.IntegrationTests.Fabric;

/// <summary>A gateway that lies gets no signature.</summary>
public class EnvelopeCheckTests
{
    public static TheoryData<string, string> Lies() => new()
    {
        { nameof(OtherHeader), "its header is not the one that was sent" },
        { nameof(OtherArguments), "its call is not the one that was sent" },
        { nameof(TransientKept), "it would write the transient data to the ledger" },
        { nameof(NoEndorsement), "nobody endorsed it" },
        { nameof(BadResponse), "the contract's answer is 500" },
        { nameof(TwoActions), "it has 2 actions instead of one" },
        { nameof(Nothing), "it has no header" },
    };

    [Theory]
    [MemberData(nameof(Lies))]
    public async Task EndorseAsync_AnswerIsNotToTheQuestion_IsNotSigned(string lie, string why)
    {
        await using var network = await DoubledNetwork.Start();
        network.Double.Tamper = envelope => (Wire.Envelope)typeof(EnvelopeCheckTests)
            .GetMethod(lie, System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static)!.Invoke(null, [envelope])!;

        var error = await Assert.ThrowsAsync<EndorseException>(() => network.Contract.SubmitAsync("put", ["a", "1"]));

        Assert.EndsWith(why, error.Message, StringComparison.Ordinal);
        Assert.Equal(FaultKind.Permanent, error.Kind);
        Assert.Equal(0, network.Double.Calls(Method.Submit));
    }

    private static Wire.Envelope OtherHeader(Wire.Envelope envelope) =>
        Payload(envelope, payload => payload.Header.ChannelHeader = Rewrite(
            payload.Header.ChannelHeader, Wire.ChannelHeader.Parser, header => header.Timestamp.Seconds++));

    private static Wire.Envelope OtherArguments(Wire.Envelope envelope) =>
        Action(envelope, action => action.ChaincodeProposalPayload = Rewrite(
            action.ChaincodeProposalPayload, Wire.ChaincodeProposalPayload.Parser, call => call.Input = Rewrite(
                call.Input, Wire.ChaincodeInvocationSpec.Parser, spec => spec.ChaincodeSpec.Input.Args[2] = ByteString.CopyFromUtf8("1000000"))));

    private static Wire.Envelope TransientKept(Wire.Envelope envelope) =>
        Action(envelope, action => action.ChaincodeProposalPayload = Rewrite(
            action.ChaincodeProposalPayload, Wire.ChaincodeProposalPayload.Parser, call => call.TransientMap["secret"] = ByteString.CopyFromUtf8("x")));

    private static Wire.Envelope NoEndorsement(Wire.Envelope envelope) => Action(envelope, action => action.Action.Endorsements.Clear());

    private static Wire.Envelope BadResponse(Wire.Envelope envelope) =>
        Action(envelope, action => action.Action.ProposalResponsePayload = Rewrite(
            action.Action.ProposalResponsePayload, Wire.ProposalResponsePayload.Parser, response => response.Extension = Rewrite(
                response.Extension, Wire.ChaincodeAction.Parser, done => done.Response.Status = 500)));

    private static Wire.Envelope TwoActions(Wire.Envelope envelope) =>
        Payload(envelope, payload => payload.Data = Rewrite(
            payload.Data, Wire.Transaction.Parser, transaction => transaction.Actions.Add(transaction.Actions[0].Clone())));

    private static Wire.Envelope Nothing(Wire.Envelope envelope) => new();

    private static Wire.Envelope Action(Wire.Envelope envelope, Action<Wire.ChaincodeActionPayload> change) =>
        Payload(envelope, payload => payload.Data = Rewrite(
            payload.Data, Wire.Transaction.Parser, transaction => transaction.Actions[0].Payload = Rewrite(
                transaction.Actions[0].Payload, Wire.ChaincodeActionPayload.Parser, change)));

    private static Wire.Envelope Payload(Wire.Envelope envelope, Action<Wire.Payload> change) =>
        new() { Payload = Rewrite(envelope.Payload, Wire.Payload.Parser, change) };

    private static ByteString Rewrite<T>(ByteString bytes, MessageParser<T> parser, Action<T> change)
        where T : IMessage<T>
    {
        var message = parser.ParseFrom(bytes);
        change(message);
        return message.ToByteString();
    }
}
