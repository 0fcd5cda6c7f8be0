using System.Text.Json;
using System.Text.Json.Serialization;

namespace Appliance.FabricGateway.Ledger;

internal sealed record ContractResult(string? Status, string? Tx, string? Detail);

internal sealed record ContractResults(IReadOnlyList<ContractResult?>? Results);

internal sealed record EventItem(string? Device, long? Seq, string? Root);

internal sealed record EventItems(IReadOnlyList<EventItem?>? Items);

[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, PropertyNameCaseInsensitive = false)]
[JsonSerializable(typeof(ContractResult))]
[JsonSerializable(typeof(ContractResults))]
[JsonSerializable(typeof(EventItems))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class LedgerJson : JsonSerializerContext;
