using Appliance.Fabric;
using Appliance.Grpc;
using Appliance.IntegrationTests.Fabric.GatewayDouble;
using Appliance.IntegrationTests.Support;

namespace Appliance.IntegrationTests.Fabric;

/// <summary>The double with a member of Org1 connected to it, for one test.</summary>
internal sealed class DoubledNetwork : IAsyncDisposable
{
    private readonly TestAuthority _authority;
    private readonly GrpcChannel _channel;

    private DoubledNetwork(TestAuthority authority, FabricDouble network, GrpcChannel channel)
    {
        (_authority, Double, _channel) = (authority, network, channel);
        MemberFiles = authority.IssueClient("member");
        Identity = X509Identity.FromFile("Org1MSP", MemberFiles.Certificate);
        Signer = PrivateKeySigner.FromFile(MemberFiles.Key);
        Gateway = Connect(Signer);
    }

    public FabricDouble Double { get; }

    public string CaFile => _authority.CaFile;

    /// <summary>PEM files of <see cref="Identity"/> and <see cref="Signer"/>.</summary>
    public (string Certificate, string Key) MemberFiles { get; }

    public X509Identity Identity { get; }

    public PrivateKeySigner Signer { get; }

    public Gateway Gateway { get; }

    public Network Network => Gateway.GetNetwork(Double.Channel);

    public Contract Contract => Network.GetContract(Double.Chaincode);

    public static async Task<DoubledNetwork> Start(ContractFunction? contract = null)
    {
        var authority = new TestAuthority();
        var network = await FabricDouble.Start(new() { Authority = authority, Contract = contract ?? TestContract.Run });
        return new(authority, network, network.OpenChannel());
    }

    /// <summary>Another gateway of the same member: what is left after a restart, or what signs in another way.</summary>
    public Gateway Connect(ISigner? signer) =>
        // A loaded machine may take its time: only tests of deadlines set short ones.
        Gateway.Connect(_channel, Identity, signer, new()
        {
            EvaluateTimeout = Patience.Long,
            EndorseTimeout = Patience.Long,
            SubmitTimeout = Patience.Long,
            CommitStatusTimeout = Patience.Long,
        });

    public async ValueTask DisposeAsync()
    {
        await Gateway.DisposeAsync();
        _channel.Dispose();
        await Double.DisposeAsync();
        Signer.Dispose();
        Identity.Dispose();
        _authority.Dispose();
    }
}
