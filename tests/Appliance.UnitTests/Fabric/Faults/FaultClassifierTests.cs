using Appliance.Fabric;
using Appliance.Grpc;

namespace Appliance.UnitTests.Fabric.Faults;

/// <summary>The table of faults seen on a real network, row by row, and what follows from it.</summary>
public class FaultClassifierTests
{
    private const string SeeDetails = "failed to endorse transaction, see attached details for more info";

    [Theory]
    [InlineData(10, SeeDetails, "chaincode response 500, EQUIVOCATION", FaultKind.Permanent)]
    [InlineData(2, "evaluate call to endorser returned error: chaincode response 500, X", "chaincode response 500, X", FaultKind.Permanent)]
    [InlineData(2, "evaluate call to endorser returned error: chaincode response 404, X", null, FaultKind.Permanent)]
    [InlineData(10, SeeDetails, "error in simulation: failed to execute transaction: could not launch chaincode anchor", FaultKind.Retry)]
    [InlineData(9, "no combination of peers can be derived which satisfy the endorsement policy", null, FaultKind.Retry)]
    [InlineData(9, "requires endorsement from [Org2MSP]; retry specifying trusted endorsing organizations to override", null, FaultKind.Permanent)]
    [InlineData(9, "error validating proposal: access denied: channel [watch] creator org [Org1MSP]", null, FaultKind.Permanent)]
    [InlineData(9, SeeDetails, "error validating proposal: access denied: channel [watch] creator org [Org1MSP]", FaultKind.Permanent)]
    [InlineData(7, "permission denied", null, FaultKind.Permanent)]
    [InlineData(14, "no orderers could successfully process transaction", "connect: connection refused", FaultKind.Retry)]
    [InlineData(14, "Connection refused (localhost:7051)", null, FaultKind.Retry)]
    [InlineData(4, "no end within 60 s", null, FaultKind.Retry)]
    // Not seen there, from the meaning of the code.
    [InlineData(8, "too many requests for /gateway.Gateway, exceeding concurrency limit (500)", null, FaultKind.Retry)]
    [InlineData(8, "grpc: received message larger than max (104857601 vs. 104857600)", null, FaultKind.Permanent)]
    [InlineData(8, "a message of 70000000 bytes is over the own limit of 67108864", null, FaultKind.Permanent)]
    [InlineData(3, "a signed proposal is required", null, FaultKind.Permanent)]
    [InlineData(12, "unknown service gateway.Gateway", null, FaultKind.Permanent)]
    [InlineData(16, "who are you", null, FaultKind.Permanent)]
    public void Of_EachRow_IsAsSeen(int status, string message, string? detail, FaultKind kind)
    {
        ErrorDetail[] details = detail is null ? [] : [new("peer0:7051", "Org1MSP", detail)];

        Assert.Equal(kind, FaultClassifier.Of((GrpcStatus)status, message, details));
    }

    [Fact]
    public void Of_OneContractRefusesAndOneIsDown_TheRefusalCounts()
    {
        ErrorDetail[] details =
        [
            new("peer0.org2:9051", "Org2MSP", "error in simulation: could not launch chaincode anchor"),
            new("peer0.org1:7051", "Org1MSP", "chaincode response 500, VERSION_GAP"),
        ];

        var error = new EndorseException(GrpcStatus.Aborted, SeeDetails, details, "id");

        Assert.Equal((FaultKind.Permanent, new ChaincodeResponse(500, "VERSION_GAP")), (error.Kind, error.ChaincodeResponse));
        Assert.Contains("Org2MSP peer0.org2:9051: error in simulation", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TransactionValidationCode.MvccReadConflict, FaultKind.Retry)]
    [InlineData(TransactionValidationCode.PhantomReadConflict, FaultKind.Retry)]
    [InlineData(TransactionValidationCode.EndorsementPolicyFailure, FaultKind.Permanent)]
    [InlineData(TransactionValidationCode.BadCreatorSignature, FaultKind.Permanent)]
    [InlineData((TransactionValidationCode)77, FaultKind.Permanent)]
    public void CommitException_EachCode_IsClassified(TransactionValidationCode code, FaultKind kind) =>
        Assert.Equal(kind, new CommitException(new("id", code, 7)).Kind);

    [Theory]
    [InlineData("chaincode response 500, a, b: c", 500, "a, b: c")]
    [InlineData("x: chaincode response 404, ", 404, "")]
    [InlineData("chaincode response soon, x", null, null)]
    [InlineData("chaincode response 500", null, null)]
    [InlineData("", null, null)]
    public void Find_QuotedResponse_IsTakenApart(string text, int? status, string? message)
    {
        var found = ChaincodeResponse.Find(text);

        Assert.Equal((status, message), (found?.Status, found?.Message));
    }
}
