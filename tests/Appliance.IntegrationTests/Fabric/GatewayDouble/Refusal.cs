using Wire = Appliance.Fabric.Wire;

namespace Appliance.IntegrationTests.Fabric.GatewayDouble;

/// <summary>A call's end with another status than OK, in the words of the real gateway.</summary>
internal sealed class Refusal(int code, string message, params Wire.ErrorDetail[] details) : Exception(message)
{
    internal const string Peer = "peer0.org1.example.com:7051";
    internal const string OtherPeer = "peer0.org2.example.com:9051";
    private const string SeeDetails = "failed to endorse transaction, see attached details for more info";

    public int Code { get; } = code;

    public IReadOnlyList<Wire.ErrorDetail> Details { get; } = details;

    public static Refusal EndorseThrew(string reason) =>
        new(10, SeeDetails, Detail(Peer, "Org1MSP", $"chaincode response 500, {reason}"));

    public static Refusal EvaluateThrew(string reason) =>
        new(2, $"evaluate call to endorser returned error: chaincode response 500, {reason}", Detail(Peer, "Org1MSP", $"chaincode response 500, {reason}"));

    public static Refusal AccessDenied(string channel, string mspId) =>
        new(9, $"error validating proposal: access denied: channel [{channel}] creator org [{mspId}]");

    public static Refusal ContractOfAnotherDown() =>
        new(10, SeeDetails, Detail(
            OtherPeer, "Org2MSP",
            "error in simulation: failed to execute transaction: could not launch chaincode anchor:1: connection to anchor:1 failed"));

    public static Refusal NotGossiping() =>
        new(9, "failed to select a set of endorsers that satisfy the endorsement policy");

    public static Refusal TransientWouldLeak() =>
        new(9, "requires endorsement from organisation(s) that are not in the distribution policy of the private data collection(s): [Org2MSP]; "
               + "retry specifying trusted endorsing organizations to override");

    public static Refusal UnknownChannel() => new(7, "error evaluating the policy: channel not found");

    public static Refusal OrdererDown() =>
        new(14, "no orderers could successfully process transaction", Detail(
            "orderer.example.com:7050", "OrdererMSP", "failed to create new connection: connection error: dial tcp: connect: connection refused"));

    private static Wire.ErrorDetail Detail(string address, string mspId, string message) =>
        new() { Address = address, MspId = mspId, Message = message };
}
