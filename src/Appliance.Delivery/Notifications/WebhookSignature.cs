using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Appliance.Delivery.Notifications;

/// <summary>The signature of Standard Webhooks 1.0: HMAC-SHA256 over <c>id.timestamp.body</c>, base64, with the version before it.</summary>
internal static class WebhookSignature
{
    private const string Prefix = "whsec_";

    /// <summary>The bytes of a secret; null = it is none.</summary>
    public static byte[]? ParseSecret(string text)
    {
        if (!text.StartsWith(Prefix, StringComparison.Ordinal))
            return null;

        var bytes = new byte[64];
        return Convert.TryFromBase64String(text[Prefix.Length..], bytes, out var count) && count >= 24 ? bytes[..count] : null;
    }

    /// <summary>Value of <c>webhook-signature</c>.</summary>
    public static string Sign(byte[] secret, string id, long timestamp, ReadOnlySpan<byte> body)
    {
        using var hmac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, secret);
        hmac.AppendData(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{id}.{timestamp}.")));
        hmac.AppendData(body);
        return "v1," + Convert.ToBase64String(hmac.GetHashAndReset());
    }
}
