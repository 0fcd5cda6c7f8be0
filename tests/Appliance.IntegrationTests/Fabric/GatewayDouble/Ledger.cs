using System.Runtime.CompilerServices;
using System.Text;

namespace Appliance.IntegrationTests.Fabric.GatewayDouble;

/// <summary>Blocks and state of one channel; judges transactions as peers do when a block comes. Thread-safe.</summary>
internal sealed class Ledger
{
    private const int Valid = 0;
    private const int DuplicateTransactionId = 9;
    private const int MvccReadConflict = 11;

    private readonly Lock _gate = new();
    private readonly List<LedgerTransaction[]> _blocks = [[]];
    private readonly Dictionary<string, LedgerTransaction> _byId = [];
    private readonly Dictionary<string, (byte[] Value, long Version)> _state = [];
    private TaskCompletionSource _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _version;

    /// <summary>Everything in all blocks, in order.</summary>
    public IReadOnlyList<LedgerTransaction> Transactions
    {
        get
        {
            lock (_gate)
                return [.. _blocks.SelectMany(block => block)];
        }
    }

    /// <summary>Number of the next block; block 0 is the channel's own.</summary>
    public ulong Height
    {
        get
        {
            lock (_gate)
                return (ulong)_blocks.Count;
        }
    }

    /// <summary>A committed value with the version that a reader must find again; (null, 0) = none.</summary>
    public (byte[]? Value, long Version) Read(string key)
    {
        lock (_gate)
            return _state.TryGetValue(key, out var entry) ? entry : (null, 0);
    }

    /// <summary>Committed entries of [start, end) in the order of their bytes.</summary>
    public IReadOnlyList<(string Key, byte[] Value)> Range(string start, string end)
    {
        lock (_gate)
        {
            return [.. _state.Select(entry => (entry.Key, entry.Value.Value))
                .Where(entry => InBytes(entry.Key, start) >= 0 && InBytes(entry.Key, end) < 0)
                .Order(Comparer<(string Key, byte[] Value)>.Create((a, b) => InBytes(a.Key, b.Key)))];
        }
    }

    /// <summary>Null = not in any block.</summary>
    public LedgerTransaction? Find(string transactionId)
    {
        lock (_gate)
            return _byId.GetValueOrDefault(transactionId);
    }

    /// <summary>Adds a block.</summary>
    /// <param name="ordered">In the orderer's order; a code where something was already found wrong.</param>
    public void Append(IEnumerable<(ContractCall Call, int Code)> ordered)
    {
        lock (_gate)
        {
            var number = (ulong)_blocks.Count;
            var block = new List<LedgerTransaction>();
            foreach (var (call, code) in ordered)
            {
                var judged = new LedgerTransaction(number, call.TransactionId, code != Valid ? code : Judge(call), call);
                block.Add(judged);
                // The status of a copy does not replace that of the first.
                _byId.TryAdd(call.TransactionId, judged);
                if (judged.IsValid)
                    Apply(call);
            }

            _blocks.Add([.. block]);
            _grown.SetResult();
            _grown = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    /// <summary>Waits for the block that a transaction comes in.</summary>
    public async Task<LedgerTransaction> WhenCommitted(string transactionId, CancellationToken cancel)
    {
        while (true)
        {
            Task grown;
            lock (_gate)
            {
                if (_byId.TryGetValue(transactionId, out var found))
                    return found;
                grown = _grown.Task;
            }

            await grown.WaitAsync(cancel);
        }
    }

    /// <summary>Blocks from <paramref name="first"/> on, as they come.</summary>
    public async IAsyncEnumerable<LedgerTransaction[]> Blocks(ulong first, [EnumeratorCancellation] CancellationToken cancel)
    {
        for (var number = first; ; number++)
        {
            yield return await Block(number, cancel);
        }
    }

    private async Task<LedgerTransaction[]> Block(ulong number, CancellationToken cancel)
    {
        while (true)
        {
            Task grown;
            lock (_gate)
            {
                if (number < (ulong)_blocks.Count)
                    return _blocks[(int)number];
                grown = _grown.Task;
            }

            await grown.WaitAsync(cancel);
        }
    }

    private static int InBytes(string a, string b) => Encoding.UTF8.GetBytes(a).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(b));

    private int Judge(ContractCall call)
    {
        if (_byId.ContainsKey(call.TransactionId))
            return DuplicateTransactionId;
        return call.Reads.All(read => Read(read.Key).Version == read.Value) ? Valid : MvccReadConflict;
    }

    private void Apply(ContractCall call)
    {
        _version++;
        foreach (var (key, value) in call.Writes)
            _state[key] = (value, _version);
    }
}
