using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Watchpost.Verify;

/// <summary>
/// Checks that an alert of a Watchpost box is as its box signed it. One file, for .NET 9 or later, to be copied into a consumer:
/// <c>var (box, alert) = AlertVerifier.Verify(text, certificates)</c> with the boxes' certificates or that of their authority.
/// </summary>
public static class AlertVerifier
{
    /// <summary>The serial number of the box that signed and its alert; use this alert, not the text.</summary>
    /// <exception cref="CryptographicException">Not signed, not by one of these boxes, or changed since.</exception>
    public static (string Box, JsonObject Alert) Verify(string text, X509Certificate2Collection trusted)
    {
        try
        {
            var alert = JsonNode.Parse(text, documentOptions: new() { AllowDuplicateProperties = false })!.AsObject();
            var parts = ((string)alert["sig"]!).Split('.');
            alert.Remove("sig");
            var header = JsonNode.Parse(Base64Url.DecodeFromChars(parts[0]))!.AsObject();
            if (parts is not [_, "", _] || (string?)header["alg"] != "ES256" || (string?)header["typ"] != "watchpost-alert+jws" || header.ContainsKey("crit"))
                throw new CryptographicException("another kind of signature");

            var chain = header["x5c"]!.AsArray().Select(one => X509CertificateLoader.LoadCertificate(Convert.FromBase64String((string)one!))).ToList();
            var certificate = chain[0];
            if (!IsTrusted(chain, trusted))
                throw new CryptographicException("a certificate that is not trusted");
            var content = Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Canonical(alert)));
            using var key = certificate.GetECDsaPublicKey()!;
            if (!key.VerifyData(Encoding.ASCII.GetBytes($"{parts[0]}.{content}"), Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256))
                throw new CryptographicException("the signature does not hold");
            return (certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false), alert);
        }
        catch (Exception error) when (error is not CryptographicException)
        {
            throw new CryptographicException("not a signed alert", error);
        }
    }

    /// <summary>The box's own certificate is among the trusted, or one of those that are vouches for it. Dates do not count: an alert proves itself for years.</summary>
    private static bool IsTrusted(List<X509Certificate2> chain, X509Certificate2Collection trusted)
    {
        if (trusted.Any(box => box.RawDataMemory.Span.SequenceEqual(chain[0].RawDataMemory.Span)))
            return true;
        using var path = new X509Chain();
        path.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        path.ChainPolicy.CustomTrustStore.AddRange(trusted);
        path.ChainPolicy.ExtraStore.AddRange(chain.Skip(1).ToArray());
        path.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        path.ChainPolicy.DisableCertificateDownloads = true;
        path.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid;
        return path.Build(chain[0]);
    }

    /// <summary>RFC 8785.</summary>
    public static string Canonical(JsonNode? value) => value switch
    {
        null => "null",
        JsonObject map => $"{{{string.Join(',', map.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{Quote(pair.Key)}:{Canonical(pair.Value)}"))}}}",
        JsonArray list => $"[{string.Join(',', list.Select(Canonical))}]",
        _ when value.GetValueKind() is System.Text.Json.JsonValueKind.Number => Number((double)value),
        _ when value.GetValueKind() is System.Text.Json.JsonValueKind.String => Quote((string)value!),
        _ => value.ToJsonString(),
    };

    private static string Quote(string text) => $"\"{string.Concat(text.Select(c => c switch
    {
        '"' or '\\' => $"\\{c}",
        '\b' => "\\b",
        '\t' => "\\t",
        '\n' => "\\n",
        '\f' => "\\f",
        '\r' => "\\r",
        < ' ' => $"\\u{(int)c:x4}",
        _ => c.ToString(),
    }))}\"";

    /// <summary>As ECMAScript spells a double; .NET finds the same shortest digits, nearly always.</summary>
    private static string Number(double value)
    {
        if (!double.IsFinite(value))
            throw new CryptographicException("a number beyond a double");
        var text = Math.Abs(value).ToString("R", CultureInfo.InvariantCulture);
        // .NET drops a digit too many of some powers of two.
        if (double.Parse(text, CultureInfo.InvariantCulture) != Math.Abs(value))
            text = Math.Abs(value).ToString("E16", CultureInfo.InvariantCulture);
        var parts = text.Split('E');
        var mantissa = parts[0].Split('.');
        var all = string.Concat(mantissa);
        var digits = all.TrimStart('0');
        var point = mantissa[0].Length - (all.Length - digits.Length) + (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0);
        digits = digits.TrimEnd('0');
        return value == 0 ? "0" : (value < 0 ? "-" : "") + point switch
        {
            > 21 or <= -6 => $"{digits[0]}{(digits.Length > 1 ? "." : "")}{digits[1..]}e{(point > 0 ? "+" : "")}{point - 1}",
            <= 0 => $"0.{new string('0', -point)}{digits}",
            _ when digits.Length <= point => digits.PadRight(point, '0'),
            _ => $"{digits[..point]}.{digits[point..]}",
        };
    }
}
