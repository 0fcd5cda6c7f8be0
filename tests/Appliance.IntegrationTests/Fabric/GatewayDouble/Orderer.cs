using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Threading.Channels;
using Google.Protobuf;
using Wire = Appliance.Fabric.Wire;

namespace Appliance.IntegrationTests.Fabric.GatewayDouble;

/// <summary>Takes envelopes and cuts blocks of what waits; can be held back so that several fall into one block.</summary>
internal sealed class Orderer(Ledger ledger, int blockSize)
{
    private const int EndorsementPolicyFailure = 10;

    private readonly ConcurrentDictionary<string, ContractCall> _endorsed = [];
    private readonly Channel<(string PayloadHash, string TransactionId)> _accepted = Channel.CreateUnbounded<(string, string)>();
    private volatile TaskCompletionSource _released = Released();
    private int _taken;

    /// <summary>Envelopes taken, copies included.</summary>
    public int Accepted => _taken;

    /// <summary>No block is cut until <see cref="Release"/>.</summary>
    public void Hold() => _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _released.TrySetResult();

    internal void Expect(Wire.Envelope envelope, ContractCall call) => _endorsed[Hash(envelope)] = call;

    internal void Take(Wire.Envelope envelope, string transactionId)
    {
        Interlocked.Increment(ref _taken);
        _accepted.Writer.TryWrite((Hash(envelope), transactionId));
    }

    internal async Task Run(CancellationToken stop)
    {
        while (await _accepted.Reader.WaitToReadAsync(stop))
        {
            await _released.Task.WaitAsync(stop);
            var block = new List<(ContractCall, int)>();
            while (block.Count < blockSize && _accepted.Reader.TryRead(out var next))
                block.Add(Judge(next.PayloadHash, next.TransactionId));
            ledger.Append(block);
        }
    }

    /// <summary>A payload that nobody endorsed in this form satisfies no policy.</summary>
    private (ContractCall Call, int Code) Judge(string payloadHash, string transactionId) =>
        _endorsed.TryGetValue(payloadHash, out var call)
            ? (call, 0)
            : (new("?", [], new Dictionary<string, byte[]>(), "?", transactionId, ledger), EndorsementPolicyFailure);

    private static string Hash(Wire.Envelope envelope) => Convert.ToHexString(SHA256.HashData(envelope.Payload.Span));

    private static TaskCompletionSource Released()
    {
        var done = new TaskCompletionSource();
        done.SetResult();
        return done;
    }
}
