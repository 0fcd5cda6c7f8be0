using System.Text.Json;
using System.Text.Json.Serialization;

namespace Appliance.FabricGateway.Intake;

// As boxes write them (the wire contract of box and companion). Everything may be missing: what is needed is asked for in SubmissionReader.

public sealed record WireHeader(string? Device, long? Seq, int? Size, string? Prev, string? Root, string? Signer, string? Signature);

public sealed record WireBatch(WireHeader? Header);

public sealed record WireEvidence(
    string? Device, string? Digest, string? Signer, string? Signature, string? Kind, string? Captured, string? MetaHash);

public sealed record WireKey(string? Record, string? OldSignature, string? NewSignature);

public sealed record WireWatchlist(
    string? Device, string? List, long? Version, string? Hash, string? PrevHash, string? Signer, string? Signature);

public sealed record WireUpdate(string? Device, string? Job, long? Round, string? Hash, string? Signer, string? Signature);

public sealed record BatchesRequest(IReadOnlyList<WireBatch?>? Batches);

public sealed record EvidenceRequest(IReadOnlyList<WireEvidence?>? Evidence);

public sealed record KeysRequest(IReadOnlyList<WireKey?>? Keys);

public sealed record WatchlistsRequest(IReadOnlyList<WireWatchlist?>? Watchlists);

public sealed record UpdatesRequest(IReadOnlyList<WireUpdate?>? Updates);

/// <summary>The answer to one submission; only what names its kind is filled in.</summary>
public sealed record WireResult
{
    public string? Device { get; init; }

    public long? Seq { get; init; }

    public string? Digest { get; init; }

    public string? List { get; init; }

    public long? Version { get; init; }

    public string? Job { get; init; }

    public long? Round { get; init; }

    public int? Number { get; init; }

    public required OutcomeStatus Status { get; init; }

    public string? Error { get; init; }

    public string? Detail { get; init; }
}

public sealed record ResultsAnswer(IReadOnlyList<WireResult> Results);

public sealed record WireReceipt(
    string Ledger, string Channel, string Chaincode, string Transaction, long? Block, string MspId, string Device, long Seq, string Root,
    string CommittedAt);

public sealed record ReceiptEntry(string Device, long Seq, WireReceipt Receipt);

public sealed record ReceiptsAnswer(IReadOnlyList<ReceiptEntry> Receipts);

/// <summary>To a box over MQTT.</summary>
public sealed record ReceiptMessage(long Seq, WireReceipt Receipt);

/// <summary>To a box over MQTT: refused for good.</summary>
public sealed record RefusedMessage(long? Seq, string Error, string Detail);

/// <summary>RFC 9457.</summary>
public sealed record Problem(string Type, string Title, int Status, string Detail);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    NumberHandling = JsonNumberHandling.Strict,
    PropertyNameCaseInsensitive = false,
    UseStringEnumConverter = true,
    Converters = [typeof(OutcomeStatusText)])]
[JsonSerializable(typeof(WireBatch))]
[JsonSerializable(typeof(BatchesRequest))]
[JsonSerializable(typeof(EvidenceRequest))]
[JsonSerializable(typeof(KeysRequest))]
[JsonSerializable(typeof(WatchlistsRequest))]
[JsonSerializable(typeof(UpdatesRequest))]
[JsonSerializable(typeof(ResultsAnswer))]
[JsonSerializable(typeof(ReceiptsAnswer))]
[JsonSerializable(typeof(ReceiptMessage))]
[JsonSerializable(typeof(RefusedMessage))]
[JsonSerializable(typeof(Problem))]
public sealed partial class WireJson : JsonSerializerContext;

/// <summary>accepted, exists, refused.</summary>
public sealed class OutcomeStatusText() : JsonStringEnumConverter<OutcomeStatus>(JsonNamingPolicy.CamelCase);
