using System.Text;
using Appliance.Fabric;
using Appliance.Grpc;
using Appliance.IntegrationTests.Fabric.GatewayDouble;

namespace Appliance.IntegrationTests.Fabric;

/// <summary>Calls that go well, and those that the contract or the caller ends.</summary>
public class GatewayCallTests
{
    [Fact]
    public async Task SubmitAsync_NewKey_CommitsOnceAndCanBeAskedFor()
    {
        await using var network = await DoubledNetwork.Start();

        var answer = await network.Contract.SubmitAsync("put", ["a", "1"]);
        var asked = await network.Contract.EvaluateAsync("get", ["a"]);

        Assert.Equal(("stored", "1"), (Encoding.UTF8.GetString(answer), Encoding.UTF8.GetString(asked)));
        Assert.True(Assert.Single(network.Double.Ledger.Transactions).IsValid);
        Assert.Empty(network.Double.Violations);
    }

    [Fact]
    public async Task SubmitAsync_NamedContract_IsPrefixed()
    {
        await using var network = await DoubledNetwork.Start();

        await network.Network.GetContract(network.Double.Chaincode, "notes").SubmitAsync("put", ["a", "1"]);

        Assert.Equal("notes:put", Assert.Single(network.Double.Ledger.Transactions).Call.Function);
    }

    [Fact]
    public async Task EvaluateAsync_UnicodeBinaryAndEmptyArguments_ArriveAsTheyAre()
    {
        await using var network = await DoubledNetwork.Start();
        byte[] binary = [0, 255, 128, 10];

        var answer = await network.Contract.EvaluateAsync("echo", ["žluťoučký 🐎", binary, "", "z"]);

        Assert.Equal([.. "žluťoučký 🐎"u8, .. binary, .. "z"u8], answer);
        Assert.Empty(network.Double.Ledger.Transactions);
    }

    [Fact]
    public async Task SubmitAsync_TransientData_ReachesTheContractAndNotTheEnvelope()
    {
        await using var network = await DoubledNetwork.Start();
        var options = new ProposalOptions
        {
            TransientData = new Dictionary<string, ReadOnlyMemory<byte>> { ["secret"] = "only for Org1"u8.ToArray() },
            EndorsingOrganizations = ["Org1MSP"],
        };

        var transaction = await network.Contract.NewProposal("whisper", options).EndorseAsync();
        var status = await (await transaction.SubmitAsync()).GetStatusAsync();

        Assert.True(status.IsSuccessful);
        Assert.Equal("13", Encoding.UTF8.GetString(transaction.Result.Span));
        Assert.Equal(-1, transaction.GetBytes().AsSpan().IndexOf("only for Org1"u8));
    }

    [Fact]
    public async Task SubmitWithoutWaitAsync_BlocksHeldBack_ReturnsBeforeTheCommit()
    {
        await using var network = await DoubledNetwork.Start();
        network.Double.Orderer.Hold();

        var submitted = await network.Contract.SubmitWithoutWaitAsync("put", ["a", "1"]);
        var before = network.Double.Ledger.Transactions.Count;
        network.Double.Orderer.Release();
        var status = await submitted.GetStatusAsync();

        Assert.Equal((0, "stored"), (before, Encoding.UTF8.GetString(submitted.Result.Span)));
        Assert.Equal(new(submitted.TransactionId, TransactionValidationCode.Valid, 1), status);
    }

    [Fact]
    public async Task ContractThrows_EndorseAndEvaluate_QuoteItAndArePermanent()
    {
        await using var network = await DoubledNetwork.Start();

        var endorse = await Assert.ThrowsAsync<EndorseException>(() => network.Contract.SubmitAsync("refuse", ["EQUIVOCATION: 50 %, že"]));
        var evaluate = await Assert.ThrowsAsync<GatewayException>(() => network.Contract.EvaluateAsync("refuse", ["NOT_FOUND"]));

        Assert.Equal((GrpcStatus.Aborted, FaultKind.Permanent), (endorse.StatusCode, endorse.Kind));
        Assert.Equal(new(500, "EQUIVOCATION: 50 %, že"), endorse.ChaincodeResponse);
        Assert.Equal("Org1MSP", Assert.Single(endorse.Details).MspId);
        Assert.NotNull(endorse.TransactionId);
        Assert.Equal((GrpcStatus.Unknown, FaultKind.Permanent), (evaluate.StatusCode, evaluate.Kind));
        Assert.Equal(new(500, "NOT_FOUND"), evaluate.ChaincodeResponse);
        Assert.Empty(network.Double.Ledger.Transactions);
    }

    [Fact]
    public async Task SubmitAsync_TwoWritersInOneBlock_OneIsAConflictThatPasses()
    {
        await using var network = await DoubledNetwork.Start();
        network.Double.Orderer.Hold();
        var first = await network.Contract.SubmitWithoutWaitAsync("count", []);
        var second = network.Contract.SubmitAsync("count", []);
        await Patience.Until(() => network.Double.Orderer.Accepted == 2);

        network.Double.Orderer.Release();
        var error = await Assert.ThrowsAsync<CommitException>(() => second);
        var again = await network.Contract.SubmitAsync("count", []);

        Assert.True((await first.GetStatusAsync()).IsSuccessful);
        Assert.Equal((TransactionValidationCode.MvccReadConflict, FaultKind.Retry), (error.Status.Code, error.Kind));
        Assert.Equal("2", Encoding.UTF8.GetString(again));
    }

    [Fact]
    public async Task GetStatusAsync_CallerCancels_IsNoFault()
    {
        await using var network = await DoubledNetwork.Start();
        using var cancel = new CancellationTokenSource();

        var waiting = network.Network.NewCommit("nobody's").GetStatusAsync(cancel: cancel.Token);
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task DisposeAsync_CallUnderWay_EndsIt()
    {
        await using var network = await DoubledNetwork.Start();
        var gateway = network.Connect(network.Signer);

        var waiting = gateway.GetNetwork(network.Double.Channel).NewCommit("nobody's").GetStatusAsync();
        await Patience.Until(() => network.Double.Calls(Method.CommitStatus) > 0);
        await gateway.DisposeAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        await Assert.ThrowsAsync<ObjectDisposedException>(
            () => gateway.GetNetwork(network.Double.Channel).NewCommit("nobody's").GetStatusAsync());
    }
}
