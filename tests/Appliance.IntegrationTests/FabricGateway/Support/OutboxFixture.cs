using System.Text.Json;
using System.Text.Json.Nodes;
using Appliance.FabricGateway.Anchoring;
using Appliance.FabricGateway.Configuration;
using Appliance.FabricGateway.Health;
using Appliance.FabricGateway.Intake;
using Appliance.FabricGateway.Store;
using Appliance.IntegrationTests.Support;
using Microsoft.Extensions.Logging;

namespace Appliance.IntegrationTests.FabricGateway.Support;

/// <summary>The companion's outbox in a folder of its own, with one registered box, and the operator's view of the same file.</summary>
internal sealed class OutboxFixture : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    public OutboxFixture()
    {
        Options = new()
        {
            Storage = new() { DataDirectory = _folder.Path, MinFreeBytes = 0 },
            Fabric = new() { MspId = "Org1MSP" },
            Anchoring = new() { Gather = TimeSpan.Zero, RetryFirst = TimeSpan.FromMilliseconds(10), RetryLongest = TimeSpan.FromSeconds(1) },
        };
        Store = GatewayStore.Open(Options.Storage, TimeProvider.System, Log);
        Operator = OperatorStore.Open(_folder.Path, "anna", TimeProvider.System);
        Operator.Register(Box.Serial, [(Box.Address, 1)], null, null);
    }

    public ErrorTrap Log { get; } = new();

    public GatewayOptions Options { get; }

    public GatewayStore Store { get; private set; }

    public OperatorStore Operator { get; }

    public SigningBox Box { get; } = new("7F3A");

    public ScriptedLedger Ledger { get; } = new();

    public GatewayMetrics Metrics { get; } = new();

    public SubmissionReader Reader { get; } = new(CurveRecovery.Instance);

    public Flight Flight => new(
        Ledger, Store, Options, new LedgerWatch(TimeProvider.System, new Logger<LedgerWatch>(Log)), Metrics, TimeProvider.System, new Logger<Flight>(Log));

    public Submission Read(JsonObject batch)
    {
        var (submission, refusal) = Reader.Read(batch.Deserialize(WireJson.Default.WireBatch));
        return submission ?? throw new InvalidOperationException(refusal!.Detail);
    }

    public async Task<Outcome> Take(JsonObject batch, ItemVia via = ItemVia.Https) => (await Store.Take([Read(batch)], via, default))[0];

    /// <summary>Takes the box's next batches; returns them as they wait.</summary>
    public async Task<IReadOnlyList<PendingItem>> Waiting(int count)
    {
        for (var i = 0; i < count; i++)
            Assert.Equal(OutcomeStatus.Accepted, (await Take(Box.NextBatch())).Status);
        return await Store.Pending(0, 1000, default);
    }

    public IReadOnlyList<ItemRow> Items() => [.. Operator.Items(null, null, 1000).Reverse()];

    /// <summary>The process is gone and another one opens the file.</summary>
    public async Task Restart()
    {
        await Store.DisposeAsync();
        Store = GatewayStore.Open(Options.Storage, TimeProvider.System, Log);
    }

    public async ValueTask DisposeAsync()
    {
        Operator.Dispose();
        await Store.DisposeAsync();
        _folder.Dispose();
    }
}
