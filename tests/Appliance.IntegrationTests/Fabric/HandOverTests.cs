using Appliance.Fabric;
using Appliance.IntegrationTests.Fabric.GatewayDouble;

namespace Appliance.IntegrationTests.Fabric;

/// <summary>What leaves the process as bytes and comes back: signatures made elsewhere, envelopes kept over a restart.</summary>
public class HandOverTests
{
    [Fact]
    public async Task NewSigned_EveryStepSignedElsewhere_Commits()
    {
        await using var network = await DoubledNetwork.Start();
        await using var gateway = network.Connect(signer: null);
        var contract = gateway.GetNetwork(network.Double.Channel).GetContract(network.Double.Chaincode);

        var unsigned = contract.NewProposal("put", ["a", "1"]);
        var signature = await Sign(network, unsigned.GetDigest());
        var proposal = gateway.NewSignedProposal(unsigned.GetBytes(), signature);
        var endorsed = await proposal.EndorseAsync();
        signature = await Sign(network, endorsed.GetDigest());
        var transaction = gateway.NewSignedTransaction(endorsed.GetBytes(), signature);
        var submitted = await transaction.SubmitAsync();
        signature = await Sign(network, submitted.GetDigest());
        var commit = gateway.NewSignedCommit(submitted.GetBytes(), signature);
        var status = await commit.GetStatusAsync();

        Assert.True(status.IsSuccessful);
        Assert.Equal([unsigned.TransactionId, unsigned.TransactionId, unsigned.TransactionId], [proposal.TransactionId, transaction.TransactionId, status.TransactionId]);
        Assert.Empty(network.Double.Violations);
    }

    [Fact]
    public async Task EndorseAsync_NoSignerAndNoSignature_SaysSo()
    {
        await using var network = await DoubledNetwork.Start();
        await using var gateway = network.Connect(signer: null);
        var contract = gateway.GetNetwork(network.Double.Channel).GetContract(network.Double.Chaincode);

        await Assert.ThrowsAsync<InvalidOperationException>(() => contract.SubmitAsync("put", ["a", "1"]));

        Assert.Equal(0, network.Double.Calls(Method.Endorse));
    }

    [Fact]
    public async Task NewTransaction_KeptSignedOverARestart_CountsOnceWhoeverSendsIt()
    {
        await using var network = await DoubledNetwork.Start();
        var transaction = await network.Contract.NewProposal("count", []).EndorseAsync();
        await transaction.SignAsync();
        var kept = transaction.GetBytes();
        await transaction.SubmitAsync();

        // No signer: the signature must be in the bytes.
        await using var restarted = network.Connect(signer: null);
        var again = restarted.NewTransaction(kept);
        await again.SubmitAsync();
        var status = await network.Network.NewCommit(again.TransactionId).GetStatusAsync();
        await network.Contract.SubmitAsync("put", ["marker", ""]);

        Assert.True(status.IsSuccessful);
        Assert.Equal(transaction.Result.ToArray(), again.Result.ToArray());
        Assert.Equal([0, 9, 0], network.Double.Ledger.Transactions.Select(transaction => transaction.Code));
    }

    [Fact]
    public async Task NewTransaction_EnvelopeChangedOnDisk_IsRefusedByTheNetwork()
    {
        await using var network = await DoubledNetwork.Start();
        var transaction = await network.Contract.NewProposal("put", ["a", "the value"]).EndorseAsync();
        await transaction.SignAsync();
        var kept = transaction.GetBytes();
        kept[kept.AsSpan().IndexOf("the value"u8)] ^= 1;

        await Assert.ThrowsAsync<SubmitException>(() => network.Gateway.NewTransaction(kept).SubmitAsync());

        Assert.Equal(["Submit: the signature is not the creator's"], network.Double.Violations);
    }

    [Fact]
    public async Task New_OtherBytes_AreRefused()
    {
        await using var network = await DoubledNetwork.Start();

        Assert.Throws<InvalidDataException>(() => network.Gateway.NewProposal("?"u8));
        Assert.Throws<InvalidDataException>(() => network.Gateway.NewProposal([]));
        Assert.Throws<InvalidDataException>(() => network.Gateway.NewTransaction([]));
        Assert.Throws<InvalidDataException>(() => network.Gateway.NewCommit("?"u8));
    }

    private static async Task<byte[]> Sign(DoubledNetwork network, byte[] digest) =>
        await network.Signer.SignAsync(digest, CancellationToken.None);
}
