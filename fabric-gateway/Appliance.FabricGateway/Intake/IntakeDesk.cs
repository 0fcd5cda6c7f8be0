using System.Collections.Frozen;
using Appliance.FabricGateway.Configuration;
using Appliance.FabricGateway.Health;
using Appliance.FabricGateway.Store;

namespace Appliance.FabricGateway.Intake;

/// <summary>Nothing can be taken in now; boxes keep what they have and come again.</summary>
public sealed class IntakeClosedException(string reason, bool isBusy) : Exception(reason)
{
    /// <summary>Too much waits, as opposed to: something is broken.</summary>
    public bool IsBusy => isBusy;
}

/// <summary>
/// Where everything that boxes say comes in, whichever way: form and signature first, then whether the caller may speak for that box,
/// then one transaction of the store. What an answer says is on disk.
/// </summary>
public sealed class IntakeDesk(
    SubmissionReader reader, GatewayStore store, GatewayOptions options, GatewayMetrics metrics, ILogger<IntakeDesk> logger)
{
    private readonly Throttle _throttle = new(TimeSpan.FromMinutes(1));

    public async Task<IReadOnlyList<WireResult>> Batches(
        IReadOnlyList<WireBatch?> batches, Speaker speaker, CancellationToken cancel)
    {
        var outcomes = await Take(batches, reader.Read, batch => batch?.Header?.Device, ItemKind.Batch, speaker, cancel).ConfigureAwait(false);
        return [.. outcomes.Select((outcome, i) => Result(outcome) with { Device = batches[i]?.Header?.Device, Seq = batches[i]?.Header?.Seq })];
    }

    public async Task<IReadOnlyList<WireResult>> Evidence(IReadOnlyList<WireEvidence?> evidence, Speaker speaker, CancellationToken cancel)
    {
        var outcomes = await Take(evidence, reader.Read, one => one?.Device, ItemKind.Evidence, speaker, cancel).ConfigureAwait(false);
        return [.. outcomes.Select((outcome, i) => Result(outcome) with { Device = evidence[i]?.Device, Digest = evidence[i]?.Digest })];
    }

    public async Task<IReadOnlyList<WireResult>> Watchlists(IReadOnlyList<WireWatchlist?> lists, Speaker speaker, CancellationToken cancel)
    {
        var outcomes = await Take(lists, reader.Read, one => one?.Device, ItemKind.Watchlist, speaker, cancel).ConfigureAwait(false);
        return [.. outcomes.Select((outcome, i) =>
            Result(outcome) with { Device = lists[i]?.Device, List = lists[i]?.List, Version = lists[i]?.Version })];
    }

    public async Task<IReadOnlyList<WireResult>> Updates(IReadOnlyList<WireUpdate?> updates, Speaker speaker, CancellationToken cancel)
    {
        var outcomes = await Take(updates, reader.Read, one => one?.Device, ItemKind.Update, speaker, cancel).ConfigureAwait(false);
        return [.. outcomes.Select((outcome, i) =>
            Result(outcome) with { Device = updates[i]?.Device, Job = updates[i]?.Job, Round = updates[i]?.Round })];
    }

    public async Task<IReadOnlyList<WireResult>> Keys(IReadOnlyList<WireKey?> keys, Speaker speaker, CancellationToken cancel)
    {
        ThrowIfClosed();
        var results = new List<WireResult>(keys.Count);
        foreach (var key in keys)
        {
            var (rotation, refusal) = reader.Read(key);
            var device = rotation?.Statement.Device;
            var outcome = refusal is not null ? new Outcome(OutcomeStatus.Refused, refusal)
                : !speaker.MaySpeakFor(device!) ? NotYours(speaker, device!)
                : await store.Take(rotation!, options.Fabric.Admin ? null : WaitsForAdmin(device!), cancel).ConfigureAwait(false);
            if (outcome.Status == OutcomeStatus.Accepted)
                logger.Rotated(device!, rotation!.Statement.NewAddress, rotation.Statement.FirstBatch);
            Note(ItemKind.DeviceKey, device, outcome, "");
            results.Add(Result(outcome) with { Device = device, Number = rotation?.Statement.Number });
        }

        return results;
    }

    /// <summary>Why a key waits when our identity may not register it.</summary>
    public static string WaitsForAdmin(string device) =>
        $"an admin of the ledger has to register this key (fabric-gateway/chaincode: RegisterDevice, RotateDevice), then: fabric-gateway device confirm {device}";

    private static WireResult Result(Outcome outcome) =>
        new() { Status = outcome.Status, Error = outcome.Refusal?.Code, Detail = outcome.Refusal?.Detail };

    private static Outcome NotYours(Speaker speaker, string device) =>
        Outcome.Refused(RefusalWord.NotYours, $"{speaker.Name} may not speak for {device}");

    private async Task<Outcome[]> Take<T>(
        IReadOnlyList<T> wire, Func<T, (Submission? Submission, Refusal? Refusal)> read, Func<T, string?> deviceOf, ItemKind kind, Speaker speaker,
        CancellationToken cancel)
    {
        ThrowIfClosed();
        var outcomes = new Outcome[wire.Count];
        var submissions = new List<Submission>(wire.Count);
        var places = new List<int>(wire.Count);
        for (var i = 0; i < outcomes.Length; i++)
        {
            // Before the signature: who asks for others' boxes costs no curve arithmetic.
            if (deviceOf(wire[i]) is { } device && !speaker.MaySpeakFor(device))
            {
                outcomes[i] = NotYours(speaker, device);
                continue;
            }

            var (submission, refusal) = read(wire[i]);
            if (submission is null)
            {
                outcomes[i] = new(OutcomeStatus.Refused, refusal);
                continue;
            }

            submissions.Add(submission);
            places.Add(i);
        }

        if (submissions.Count > 0)
        {
            var taken = await store.Take(submissions, speaker.Via, cancel).ConfigureAwait(false);
            for (var i = 0; i < taken.Count; i++)
                outcomes[places[i]] = taken[i];
        }

        for (var i = 0; i < outcomes.Length; i++)
            Note(kind, deviceOf(wire[i]), outcomes[i], submissions.Count == outcomes.Length ? submissions[i].Key : "");
        return outcomes;
    }

    private void Note(ItemKind kind, string? device, Outcome outcome, string key)
    {
        metrics.Took(kind, outcome);
        if (outcome.Refusal is not { } refusal)
            return;
        if (refusal.Word == RefusalWord.Equivocation)
            logger.Equivocation(device ?? "", kind.ToString(), key);
        else if (_throttle.Pass(out var count))
            logger.Refused(kind.ToString(), device ?? "", refusal.Code, refusal.Detail, count);
    }

    private void ThrowIfClosed()
    {
        if (options.Storage.MinFreeBytes > 0 && store.FreeBytes < options.Storage.MinFreeBytes)
            throw new IntakeClosedException("the disk is almost full (Storage.MinFreeBytes)", isBusy: false);
        if (store.Waiting > options.Storage.MaxPending)
            throw new IntakeClosedException("too much waits for the ledger (Storage.MaxPending)", isBusy: true);
    }
}

/// <summary>Who speaks, and for which boxes.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Via">The way.</param>
/// <param name="Devices">Serials.</param>
public sealed record Speaker(string Name, ItemVia Via, FrozenSet<string> Devices)
{
    public bool MaySpeakFor(string device) => Devices.Contains(device);
}

/// <summary>Lets one of many through per interval and counts the others. Thread-safe.</summary>
internal sealed class Throttle(TimeSpan interval)
{
    private readonly Lock _lock = new();
    private long _count;
    private long _last = long.MinValue;

    public bool Pass(out long count)
    {
        lock (_lock)
        {
            _count++;
            count = _count;
            var now = Environment.TickCount64;
            if (_last != long.MinValue && now - _last < interval.TotalMilliseconds)
                return false;
            (_last, _count) = (now, 0);
            return true;
        }
    }
}
