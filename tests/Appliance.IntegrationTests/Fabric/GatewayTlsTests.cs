using Appliance.Fabric;
using Appliance.Grpc;
using Appliance.IntegrationTests.Fabric.GatewayDouble;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Fabric;

public class GatewayTlsTests
{
    [Fact]
    public async Task MutualTls_OnlyTheHolderOfACertificateGetsIn()
    {
        using var authority = new TestAuthority();
        await using var network = await FabricDouble.Start(
            new() { Authority = authority, Contract = TestContract.Run, RequireClientCertificate = true });
        var (certificate, key) = authority.IssueClient("tls-client");
        using var own = FabricDouble.Load(certificate, key);
        using var holder = network.OpenChannel(own);
        using var stranger = network.OpenChannel();

        var answer = await Evaluate(network, holder);
        var error = await Assert.ThrowsAsync<GatewayException>(() => Evaluate(network, stranger));

        Assert.Equal("x"u8.ToArray(), answer);
        Assert.Equal((GrpcStatus.Unavailable, FaultKind.Retry), (error.StatusCode, error.Kind));
    }

    [Fact]
    public async Task Tls_AnotherAuthority_IsNamedAsSuch()
    {
        using var authority = new TestAuthority();
        using var other = new TestAuthority("Somebody else");
        await using var network = await FabricDouble.Start(new() { Authority = authority, Contract = TestContract.Run });
        using var channel = new GrpcChannel(
            new() { Address = network.Address, Authorities = GrpcChannelOptions.AuthoritiesFromPem(File.ReadAllText(other.CaFile)) });

        var error = await Assert.ThrowsAsync<GatewayException>(() => Evaluate(network, channel));

        Assert.True(error.IsTlsFailure);
        Assert.Equal(GrpcStatus.Unavailable, error.StatusCode);
    }

    private static async Task<byte[]> Evaluate(FabricDouble network, GrpcChannel channel)
    {
        var (identity, signer) = network.NewMember();
        await using var gateway = Gateway.Connect(channel, identity, signer, new() { EvaluateTimeout = Patience.Long });
        return await gateway.GetNetwork(network.Channel).GetContract(network.Chaincode).EvaluateAsync("echo", ["x"]);
    }
}
