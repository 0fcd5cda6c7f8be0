using System.Text.Json.Nodes;
using Appliance.Fabric;
using Appliance.Grpc;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Fabric.GatewayDouble;

namespace Appliance.IntegrationTests.FabricGateway.Support;

/// <summary>Somebody else on the ledger than the companion: an admin, another organisation, whoever looks a thing up.</summary>
internal sealed class AnchorMember : IAsyncDisposable
{
    private readonly GrpcChannel _channel;
    private readonly X509Identity _identity;
    private readonly PrivateKeySigner _signer;
    private readonly Gateway _gateway;
    private readonly Contract _contract;

    /// <param name="network">Where.</param>
    /// <param name="mspId">Their organisation.</param>
    /// <param name="name">Common name; another one for each member.</param>
    /// <param name="unit"><c>admin</c> is Fabric's role of that name.</param>
    public AnchorMember(FabricDouble network, string mspId, string name, string? unit = null)
    {
        _channel = network.OpenChannel();
        (_identity, _signer) = network.NewMember(mspId, name, unit);
        _gateway = Gateway.Connect(_channel, _identity, _signer, new()
        {
            EvaluateTimeout = Patience.Long,
            EndorseTimeout = Patience.Long,
            SubmitTimeout = Patience.Long,
            CommitStatusTimeout = Patience.Long,
        });
        _contract = _gateway.GetNetwork(network.Channel).GetContract(network.Chaincode);
    }

    /// <summary>A question. What the contract refuses is a <see cref="GatewayException"/>.</summary>
    public async Task<JsonNode> Ask(string function, params string[] arguments) =>
        JsonNode.Parse((await _contract.EvaluateAsync(function, Arguments(arguments))).AsSpan())!;

    /// <summary>Asks until the answer is as wished; NOT_FOUND is none.</summary>
    public Task<JsonNode> Until(Func<JsonNode, bool> wished, string function, params string[] arguments) =>
        Patience.Until($"{function} {string.Join(' ', arguments)}", async () =>
        {
            try
            {
                return await Ask(function, arguments) is { } answer && wished(answer) ? answer : null;
            }
            catch (GatewayException error) when (error.ChaincodeResponse is { } said && said.Message.StartsWith("NOT_FOUND", StringComparison.Ordinal))
            {
                return null;
            }
        });

    /// <summary>A transaction, to its commit.</summary>
    public async Task<JsonNode> Submit(string function, params string[] arguments) =>
        JsonNode.Parse((await _contract.SubmitAsync(function, Arguments(arguments))).AsSpan())!;

    /// <summary>A transaction as far as the orderer; gives its id.</summary>
    public async Task<string> SubmitWithoutWait(string function, params string[] arguments) =>
        (await _contract.SubmitWithoutWaitAsync(function, Arguments(arguments))).TransactionId;

    public async ValueTask DisposeAsync()
    {
        await _gateway.DisposeAsync();
        _signer.Dispose();
        _identity.Dispose();
        _channel.Dispose();
    }

    private static ProposalArgument[] Arguments(string[] texts) => [.. texts.Select(text => (ProposalArgument)text)];
}
