using Appliance.Fabric;
using Appliance.Grpc;
using Appliance.IntegrationTests.Fabric.GatewayDouble;

namespace Appliance.IntegrationTests.Fabric;

/// <summary>Every row of the table of faults that were seen on a real network, and what an exactly-once outbox does about each.</summary>
public class GatewayFaultTests
{
    [Fact]
    public async Task Endorse_AnotherOrganisationsContractDown_PassesLater()
    {
        await using var network = await DoubledNetwork.Start();
        network.Double.Script.Next(Method.Endorse, Refusal.ContractOfAnotherDown());

        var error = await Assert.ThrowsAsync<EndorseException>(() => network.Contract.SubmitAsync("put", ["a", "1"]));

        Assert.Equal((GrpcStatus.Aborted, FaultKind.Retry), (error.StatusCode, error.Kind));
        Assert.Null(error.ChaincodeResponse);
        Assert.Equal(("Org2MSP", Refusal.OtherPeer), (Assert.Single(error.Details).MspId, error.Details[0].Address));
        await network.Contract.SubmitAsync("put", ["a", "1"]);
    }

    [Fact]
    public async Task Endorse_PeersNotGossiping_PassesLater()
    {
        await using var network = await DoubledNetwork.Start();
        network.Double.Script.Next(Method.Endorse, Refusal.NotGossiping());

        var error = await Assert.ThrowsAsync<EndorseException>(() => network.Contract.SubmitAsync("put", ["a", "1"]));

        Assert.Equal((GrpcStatus.FailedPrecondition, FaultKind.Retry), (error.StatusCode, error.Kind));
        Assert.Empty(error.Details);
    }

    [Fact]
    public async Task Endorse_TransientDataWouldLeak_IsTheCallersFault()
    {
        await using var network = await DoubledNetwork.Start();
        network.Double.Script.Next(Method.Endorse, Refusal.TransientWouldLeak());

        var error = await Assert.ThrowsAsync<EndorseException>(() => network.Contract.SubmitAsync("put", ["a", "1"]));

        Assert.Equal((GrpcStatus.FailedPrecondition, FaultKind.Permanent), (error.StatusCode, error.Kind));
    }

    [Fact]
    public async Task Evaluate_HighSSignature_IsDenied()
    {
        await using var network = await DoubledNetwork.Start();
        await using var careless = network.Connect(new HighSSigner(network.Signer));
        var contract = careless.GetNetwork(network.Double.Channel).GetContract(network.Double.Chaincode);

        var error = await Assert.ThrowsAsync<GatewayException>(() => contract.EvaluateAsync("echo", ["x"]));

        Assert.Equal((GrpcStatus.FailedPrecondition, FaultKind.Permanent), (error.StatusCode, error.Kind));
        Assert.Equal(["the signature is high-S"], network.Double.Violations);
    }

    [Fact]
    public async Task Evaluate_StrangersKeyOrOrganisation_IsDenied()
    {
        await using var network = await DoubledNetwork.Start();
        var (_, otherKey) = network.Double.NewMember(name: "other");
        await using var impostor = network.Connect(otherKey);
        var (stranger, strangersKey) = network.Double.NewMember("NobodyMSP", "stranger");
        using var channel = network.Double.OpenChannel();
        await using var outsider = Gateway.Connect(channel, stranger, strangersKey);

        foreach (var gateway in new[] { impostor, outsider })
        {
            var contract = gateway.GetNetwork(network.Double.Channel).GetContract(network.Double.Chaincode);
            var error = await Assert.ThrowsAsync<GatewayException>(() => contract.EvaluateAsync("echo", ["x"]));
            Assert.Equal((GrpcStatus.FailedPrecondition, FaultKind.Permanent), (error.StatusCode, error.Kind));
        }

        Assert.Equal(["the signature is not the creator's", "NobodyMSP is no member"], network.Double.Violations);
        Assert.False(otherKey.BelongsTo(network.Identity));
        Assert.True(network.Signer.BelongsTo(network.Identity));
    }

    [Fact]
    public async Task CommitStatus_UnknownChannel_IsPermanent()
    {
        await using var network = await DoubledNetwork.Start();

        var error = await Assert.ThrowsAsync<CommitStatusException>(
            () => network.Gateway.GetNetwork("elsewhere").NewCommit("x").GetStatusAsync());

        Assert.Equal((GrpcStatus.PermissionDenied, FaultKind.Permanent), (error.StatusCode, error.Kind));
    }

    [Fact]
    public async Task Submit_OrdererDown_TheSameEnvelopeGoesLater()
    {
        await using var network = await DoubledNetwork.Start();
        network.Double.Script.Next(Method.Submit, Refusal.OrdererDown());
        var transaction = await network.Contract.NewProposal("put", ["a", "1"]).EndorseAsync();

        var error = await Assert.ThrowsAsync<SubmitException>(() => transaction.SubmitAsync());
        var status = await (await transaction.SubmitAsync()).GetStatusAsync();

        Assert.Equal((GrpcStatus.Unavailable, FaultKind.Retry), (error.StatusCode, error.Kind));
        Assert.Equal(("OrdererMSP", transaction.TransactionId), (Assert.Single(error.Details).MspId, error.TransactionId));
        Assert.True(status.IsSuccessful);
    }

    [Fact]
    public async Task Submit_AnswerLost_TheSameEnvelopeAgainCountsOnce()
    {
        await using var network = await DoubledNetwork.Start();
        network.Double.Script.Next(Method.Submit, ScriptedFault.LoseAnswer);
        var transaction = await network.Contract.NewProposal("count", []).EndorseAsync();

        var error = await Assert.ThrowsAsync<SubmitException>(() => transaction.SubmitAsync());
        var first = await transaction.NewCommit().GetStatusAsync();
        var again = await (await transaction.SubmitAsync()).GetStatusAsync();
        await network.Contract.SubmitAsync("put", ["marker", ""]);

        Assert.Equal((GrpcStatus.Unavailable, FaultKind.Retry), (error.StatusCode, error.Kind));
        Assert.Equal(first, again);
        Assert.True(first.IsSuccessful);
        Assert.Equal([0, 9, 0], network.Double.Ledger.Transactions.Select(transaction => transaction.Code));
        Assert.Equal("1"u8.ToArray(), network.Double.Ledger.Read("count").Value);
    }

    [Fact]
    public async Task CommitStatus_NeverCommits_DeadlineThenTheSameEnvelope()
    {
        await using var network = await DoubledNetwork.Start();
        network.Double.Script.Next(Method.Submit, ScriptedFault.Forget);
        var transaction = await network.Contract.NewProposal("put", ["a", "1"]).EndorseAsync();

        var submitted = await transaction.SubmitAsync();
        var error = await Assert.ThrowsAsync<CommitStatusException>(() => submitted.GetStatusAsync(TimeSpan.FromMilliseconds(100)));
        var status = await (await transaction.SubmitAsync()).GetStatusAsync();

        Assert.Equal((GrpcStatus.DeadlineExceeded, FaultKind.Retry), (error.StatusCode, error.Kind));
        Assert.True(status.IsSuccessful);
    }

    [Fact]
    public async Task AnyCall_ConnectionBreaksOrPeerIsGone_IsUnavailableAndPasses()
    {
        await using var network = await DoubledNetwork.Start();
        network.Double.Script.Next(Method.Evaluate, ScriptedFault.Break);

        var broken = await Assert.ThrowsAsync<GatewayException>(() => network.Contract.EvaluateAsync("echo", ["x"]));
        await network.Double.StopListening();
        var gone = await Assert.ThrowsAsync<EndorseException>(() => network.Contract.SubmitAsync("put", ["a", "1"]));
        await network.Double.Listen();
        await network.Contract.SubmitAsync("put", ["a", "1"]);

        Assert.Equal((GrpcStatus.Unavailable, FaultKind.Retry), (broken.StatusCode, broken.Kind));
        Assert.Equal((GrpcStatus.Unavailable, FaultKind.Retry), (gone.StatusCode, gone.Kind));
        Assert.Single(network.Double.Ledger.Transactions);
    }

    /// <summary>Signs well, and then gives the other of the two valid signatures.</summary>
    private sealed class HighSSigner(ISigner inner) : ISigner
    {
        public async ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> digest, CancellationToken cancel) =>
            SignatureForms.TheOtherS(await inner.SignAsync(digest, cancel));
    }
}
