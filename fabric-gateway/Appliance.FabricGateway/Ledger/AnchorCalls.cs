using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Appliance.Core.Evidence.Log;
using Appliance.Core.Evidence.Signatures;
using Appliance.FabricGateway.Intake;
using Appliance.FabricGateway.Store;

namespace Appliance.FabricGateway.Ledger;

/// <summary>How items become calls of the contract (<c>fabric-gateway/chaincode/README.md</c>). Pure.</summary>
public static class AnchorCalls
{
    /// <summary>The contract takes no more in one call.</summary>
    public const int MaxItems = 100;

    /// <summary>Keys of a box go before the words that they signed.</summary>
    public static string DeviceLane(string device) => $"dv|{device}";

    /// <summary>A round is opened before its updates and closed after them.</summary>
    public static string RoundLane(string job, long round) => string.Create(CultureInfo.InvariantCulture, $"fl|{job}|{round}");

    /// <summary>Whether several items of the kind can share a call.</summary>
    public static bool IsList(ItemKind kind) => kind is not (ItemKind.DeviceKey or ItemKind.Round);

    /// <summary>The call that anchors items of one kind; one item for kinds without a list.</summary>
    public static LedgerCall For(IReadOnlyList<PendingItem> items)
    {
        var kind = items[0].Kind;
        if (IsList(kind))
            return new(ListFunction(kind), [$"[{string.Join(',', items.Select(item => item.Argument))}]"]);

        var words = JsonSerializer.Deserialize(items[0].Argument, LedgerJson.Default.StringArray)!;
        return new(words[0], words[1..]);
    }

    /// <summary>What the contract says of each item, in their order.</summary>
    /// <exception cref="LedgerException">The answer is not of the form that the contract promises.</exception>
    public static IReadOnlyList<ItemVerdict> Verdicts(IReadOnlyList<PendingItem> items, ReadOnlyMemory<byte> result)
    {
        try
        {
            if (!IsList(items[0].Kind))
                return [Verdict(JsonSerializer.Deserialize(result.Span, LedgerJson.Default.ContractResult))];

            var results = JsonSerializer.Deserialize(result.Span, LedgerJson.Default.ContractResults)?.Results ?? [];
            return results.Count == items.Count
                ? [.. results.Select(Verdict)]
                : throw new LedgerException(LedgerFault.Refused, $"the contract answered {results.Count} results for {items.Count} items");
        }
        catch (JsonException error)
        {
            throw new LedgerException(LedgerFault.Refused, "the contract's answer is not what fabric-gateway/chaincode promises", error);
        }
    }

    public static string Header(BatchHeader header, string signature) => new JsonObject
    {
        ["device"] = header.Device,
        ["seq"] = header.Seq,
        ["size"] = header.Size,
        ["prev"] = header.Prev,
        ["root"] = header.Root,
        ["signature"] = signature,
    }.ToJsonString();

    public static string Evidence(WireEvidence wire) => new JsonObject
    {
        ["device"] = wire.Device,
        ["digest"] = wire.Digest,
        ["signature"] = wire.Signature,
        ["kind"] = wire.Kind,
        ["captured"] = wire.Captured,
        ["metaHash"] = wire.MetaHash ?? "",
    }.ToJsonString();

    public static string Watchlist(WireWatchlist wire) => new JsonObject
    {
        ["device"] = wire.Device,
        ["list"] = wire.List,
        ["version"] = wire.Version,
        ["hash"] = wire.Hash,
        ["prevHash"] = wire.PrevHash,
        ["signature"] = wire.Signature,
    }.ToJsonString();

    public static string Update(WireUpdate wire) => new JsonObject
    {
        ["device"] = wire.Device,
        ["job"] = wire.Job,
        ["round"] = wire.Round,
        ["hash"] = wire.Hash,
        ["signature"] = wire.Signature,
    }.ToJsonString();

    /// <param name="device">Serial.</param>
    /// <param name="keys">JSON list of key records, from the first.</param>
    public static string Registration(string device, string keys) => Words("evidence:RegisterDevice", device, keys);

    /// <param name="device">Serial.</param>
    /// <param name="keys">JSON list of key records that follow the known ones.</param>
    public static string Rotation(string device, string keys) => Words("evidence:RotateDevice", device, keys);

    public static string Revocation(string device, string reason) => Words("evidence:RevokeDevice", device, reason);

    public static string OpenRound(string job, long round, string baseHash) =>
        Words("fl:OpenRound", job, round.ToString(CultureInfo.InvariantCulture), baseHash);

    public static string CloseRound(string job, long round, string baseHash, string model, string updatesRoot, int clients) => Words(
        "fl:CloseRound",
        job,
        round.ToString(CultureInfo.InvariantCulture),
        new JsonObject { ["base"] = baseHash, ["model"] = model, ["updatesRoot"] = updatesRoot, ["clients"] = clients }.ToJsonString());

    private static string Words(params string[] words) => JsonSerializer.Serialize(words, LedgerJson.Default.StringArray);

    private static string ListFunction(ItemKind kind) => kind switch
    {
        ItemKind.Batch => "evidence:SubmitBatches",
        ItemKind.Evidence => "evidence:SubmitEvidence",
        ItemKind.Watchlist => "watchlist:Publish",
        ItemKind.Update => "fl:CommitUpdates",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static ItemVerdict Verdict(ContractResult? result) => result?.Status switch
    {
        "ok" => new(VerdictKind.Written, null, null),
        "exists" => new(VerdictKind.Exists, result.Tx, null),
        { Length: > 0 } word => new(VerdictKind.Refused, null, result.Detail is { Length: > 0 } detail ? $"{word}: {detail}" : word),
        _ => throw new LedgerException(LedgerFault.Refused, "the contract answered an item without a status"),
    };
}

/// <summary>What the contract says of one item.</summary>
public enum VerdictKind
{
    /// <summary>This transaction writes it.</summary>
    Written,

    /// <summary>The ledger has the very same.</summary>
    Exists,

    Refused,
}

/// <param name="Kind">What it says.</param>
/// <param name="TransactionId">Of the transaction that brought it, when it exists.</param>
/// <param name="Reason">Error word and detail, when it is refused.</param>
public sealed record ItemVerdict(VerdictKind Kind, string? TransactionId, string? Reason);
