using Appliance.IntegrationTests.Fabric.GatewayDouble;

namespace Appliance.IntegrationTests.Fabric.ContractProcess;

/// <summary>One process of the contract for all tests of a class; begun by the first one that needs it.</summary>
public sealed class SharedContract : IAsyncLifetime
{
    private readonly Lazy<Task<ContractPeer>> _peer = new(ContractPeer.Start);

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_peer.IsValueCreated && _peer.Value.IsCompletedSuccessfully)
            await (await _peer.Value).DisposeAsync();
    }

    internal async Task<ContractFunction> Function() => (await _peer.Value).Run;
}
