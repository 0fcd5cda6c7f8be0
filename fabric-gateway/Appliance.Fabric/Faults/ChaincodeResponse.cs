using System.Globalization;

namespace Appliance.Fabric;

/// <summary>A contract's own refusal, as peers quote it: <c>chaincode response 500, REASON</c>.</summary>
/// <param name="Status">400 or above; 500 where the contract threw.</param>
/// <param name="Message">What it threw.</param>
public sealed record ChaincodeResponse(int Status, string Message)
{
    private const string Mark = "chaincode response ";

    /// <summary>Null = the text quotes no contract.</summary>
    internal static ChaincodeResponse? Find(string text)
    {
        var start = text.IndexOf(Mark, StringComparison.Ordinal);
        if (start < 0)
            return null;
        var rest = text.AsSpan(start + Mark.Length);
        var comma = rest.IndexOf(", ");
        return comma > 0 && int.TryParse(rest[..comma], NumberStyles.None, CultureInfo.InvariantCulture, out var status)
            ? new(status, rest[(comma + 2)..].ToString())
            : null;
    }
}
