using System.Text.Json;
using Appliance.Core.Evidence.Log;

namespace Appliance.Core.Evidence.Anchoring;

/// <summary>
/// The ledger's word that it holds a batch header. The box cannot ask the ledger; it can see to it that the receipt is one for
/// this very header.
/// </summary>
/// <param name="Ledger">e.g. hyperledger-fabric.</param>
/// <param name="Channel">Where on it.</param>
/// <param name="Chaincode">Contract.</param>
/// <param name="Transaction">Id to look it up by.</param>
/// <param name="Block">Number; null = the companion found it there and was not told.</param>
/// <param name="MspId">Whose companion submitted it.</param>
/// <param name="Device">Serial number of the box.</param>
/// <param name="Seq">Batch.</param>
/// <param name="Root">Root of the batch, hexadecimal.</param>
/// <param name="CommittedAt">RFC 3339.</param>
public sealed record AnchorReceipt(
    string Ledger, string Channel, string Chaincode, string Transaction, long? Block, string MspId, string Device, long Seq, string Root,
    string CommittedAt)
{
    /// <summary>Longest receipt, characters.</summary>
    public const int MaxLength = 16_000;

    private const int MaxWord = 256;

    /// <summary>Null: not such a receipt; <paramref name="whyNot"/> says what is missing.</summary>
    public static AnchorReceipt? Read(ReadOnlyMemory<byte> json, out string whyNot)
    {
        whyNot = "";
        if (json.Length > MaxLength)
        {
            whyNot = $"it has more than {MaxLength} characters";
            return null;
        }

        try
        {
            using var document = JsonDocument.Parse(json);
            return Read(document.RootElement, out whyNot);
        }
        catch (JsonException error)
        {
            whyNot = $"it is not JSON: {error.Message}";
            return null;
        }
    }

    /// <summary>What a header and a receipt must have in common; null = they belong together.</summary>
    public string? WhyNotFor(BatchHeader header) =>
        Device != header.Device ? $"it is for box {Device}"
        : Seq != header.Seq ? $"it is for batch {Seq}"
        : Root != header.Root ? "it is for another root"
        : null;

    /// <summary>
    /// Of a receipt of any form (an operator may bring one of another ledger): what in it contradicts the header. Null = nothing.
    /// </summary>
    public static string? Contradiction(string json, BatchHeader header)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var receipt = document.RootElement;
            if (receipt.ValueKind != JsonValueKind.Object)
                return "it is no JSON object";
            if (receipt.TryGetProperty("device", out var device) && !(device.ValueKind == JsonValueKind.String && device.GetString() == header.Device))
                return "it is for another box";
            if (receipt.TryGetProperty("seq", out var seq) && !(seq.ValueKind == JsonValueKind.Number && seq.TryGetInt64(out var number) && number == header.Seq))
                return "it is for another batch";
            return receipt.TryGetProperty("root", out var root) && !(root.ValueKind == JsonValueKind.String && root.GetString() == header.Root)
                ? "it is for another root"
                : null;
        }
        catch (JsonException error)
        {
            return $"it is not JSON: {error.Message}";
        }
    }

    private static AnchorReceipt? Read(JsonElement json, out string whyNot)
    {
        whyNot = "it is no JSON object";
        if (json.ValueKind != JsonValueKind.Object)
            return null;

        string? missing = null;
        var receipt = new AnchorReceipt(
            Word("ledger"), Word("channel"), Word("chaincode"), Word("transaction"), json.TryGetProperty("block", out var block) && block.ValueKind == JsonValueKind.Number && block.TryGetInt64(out var at) ? at : null, Word("mspId"), Word("device"), Number("seq"),
            Word("root"), Word("committedAt"));
        whyNot = missing is null ? "" : $"its {missing} is missing or not usable";
        return missing is null ? receipt : null;

        string Word(string name)
        {
            if (json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 and <= MaxWord } text)
                return text;
            missing ??= name;
            return "";
        }

        long Number(string name)
        {
            if (json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= 0)
                return number;
            missing ??= name;
            return 0;
        }
    }
}
