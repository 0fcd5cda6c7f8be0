using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Appliance.Core.Evidence.Signatures;

namespace Appliance.Core.Evidence.Manifests;

/// <summary>Manifests as bytes. What is signed is the digest of exactly these bytes.</summary>
public static class ManifestJson
{
    /// <summary>The canonical bytes.</summary>
    public static byte[] Write(EvidenceManifest manifest) =>
        CanonicalJson.Transform(JsonSerializer.SerializeToUtf8Bytes(manifest, EvidenceJson.Default.EvidenceManifest));

    /// <exception cref="JsonException">Not a manifest of this version, or not in canonical form.</exception>
    public static EvidenceManifest Read(ReadOnlyMemory<byte> json)
    {
        var manifest = JsonSerializer.Deserialize(json.Span, EvidenceJson.Default.EvidenceManifest) ?? throw new JsonException("null is no manifest");
        if (manifest.Format != EvidenceManifest.Version1)
            throw new JsonException($"format '{manifest.Format}' is not {EvidenceManifest.Version1}");
        if (!CanonicalJson.Transform(json).AsSpan().SequenceEqual(json.Span))
            throw new JsonException("the JSON is not in canonical form (RFC 8785)");
        return manifest;
    }

    /// <summary>SHA-256 of the canonical bytes: the key of the evidence everywhere, and the entry of the Merkle leaf.</summary>
    public static byte[] Digest(ReadOnlySpan<byte> json) => SHA256.HashData(json);

    /// <summary>The 32 bytes that the box signs: EIP-191 over <see cref="Digest"/>.</summary>
    public static byte[] SignedDigest(ReadOnlySpan<byte> json) => PersonalMessage.Digest(Digest(json));

    /// <summary>A time as statements hold it: UTC, milliseconds.</summary>
    public static string Time(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    /// <summary>A single-precision figure without the digits that only its width in binary would bring.</summary>
    public static double Figure(float value) => Math.Round((double)value, 4);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(EvidenceManifest))]
internal sealed partial class EvidenceJson : JsonSerializerContext;
