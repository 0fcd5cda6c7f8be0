using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json.Nodes;
using Appliance.FabricGateway.Ledger;

namespace Appliance.IntegrationTests.FabricGateway.Support;

/// <summary>A ledger whose every answer the test decides; by default all goes well. Remembers what it was asked.</summary>
internal sealed class ScriptedLedger : ILedger
{
    private int _transactions;

    /// <summary>«endorse t1», «submit t1», «status t1».</summary>
    public List<string> Asked { get; } = [];

    public Func<LedgerCall, string> Answer { get; set; } = AllWritten;

    public Func<string, Task> OnSubmit { get; set; } = _ => Task.CompletedTask;

    public Func<string, LedgerCommit?> OnStatus { get; set; } = _ => new(0, 7);

    /// <summary>The contract writes all items of a list.</summary>
    public static string AllWritten(LedgerCall call) => Results(Items(call).Select(_ => ("ok", "")));

    public static JsonArray Items(LedgerCall call) => (JsonArray)JsonNode.Parse(call.Arguments[0])!;

    public static string Results(IEnumerable<(string Status, string Tx)> results) => new JsonObject
    {
        ["results"] = new JsonArray([.. results.Select(result => (JsonNode)new JsonObject { ["status"] = result.Status, ["tx"] = result.Tx })]),
    }.ToJsonString();

    public Task<byte[]> Evaluate(LedgerCall call, CancellationToken cancel) => Task.FromResult(Encoding.UTF8.GetBytes(Answer(call)));

    public Task<EndorsedCall> Endorse(LedgerCall call, CancellationToken cancel)
    {
        var id = $"t{Interlocked.Increment(ref _transactions)}";
        Note($"endorse {id}");
        return Task.FromResult(new EndorsedCall(id, Encoding.UTF8.GetBytes(id), Encoding.UTF8.GetBytes(Answer(call))));
    }

    public async Task Submit(ReadOnlyMemory<byte> envelope, CancellationToken cancel)
    {
        var id = Encoding.UTF8.GetString(envelope.Span);
        Note($"submit {id}");
        await OnSubmit(id);
    }

    public Task<LedgerCommit?> Status(string transactionId, TimeSpan patience, CancellationToken cancel)
    {
        Note($"status {transactionId}");
        return Task.FromResult(OnStatus(transactionId));
    }

    public async IAsyncEnumerable<LedgerEvent> Events(EventPlace? from, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.Delay(Timeout.Infinite, cancel);
        yield break;
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private void Note(string what)
    {
        lock (Asked)
            Asked.Add(what);
    }
}
