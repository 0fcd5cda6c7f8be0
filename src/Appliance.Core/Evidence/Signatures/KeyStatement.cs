using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Appliance.Core.Evidence.Manifests;

namespace Appliance.Core.Evidence.Signatures;

/// <summary>
/// Which key signs for a box from which batch on. Its canonical JSON is signed by the key before (the overlap) and by the new one: a
/// thief of the old key cannot sign a batch after the change, and nobody can slip a key in without the old one.
/// </summary>
/// <param name="Device">Serial number of the box.</param>
/// <param name="Number">From 1; the first has no key before it.</param>
/// <param name="OldAddress">The key before; empty = none.</param>
/// <param name="NewAddress">The key from now on.</param>
/// <param name="FirstBatch">The first batch that the new key signs; the old one signs none from here on.</param>
/// <param name="At">Wall clock of the box.</param>
public sealed record KeyStatement(
    string Device, int Number, string OldAddress, string NewAddress, long FirstBatch, DateTimeOffset At)
{
    public const string Version1 = "watchpost-evidence-key-v1";

    public byte[] ToJson() => CanonicalJson.Transform(JsonSerializer.SerializeToUtf8Bytes(
        new KeyStatementJson(Version1, Device, Number, OldAddress, NewAddress, FirstBatch, ManifestJson.Time(At)),
        KeyStatementContext.Default.KeyStatementJson));

    /// <exception cref="JsonException">Not a statement of this version, or not in canonical form.</exception>
    public static KeyStatement Read(ReadOnlyMemory<byte> json)
    {
        var read = JsonSerializer.Deserialize(json.Span, KeyStatementContext.Default.KeyStatementJson);
        if (read?.Format != Version1 || !DateTimeOffset.TryParse(read.At, System.Globalization.CultureInfo.InvariantCulture, out var at))
            throw new JsonException($"not a key record of {Version1}");
        if (!CanonicalJson.Transform(json).AsSpan().SequenceEqual(json.Span))
            throw new JsonException("the key record is not in canonical form (RFC 8785)");
        return new(read.Device, read.Number, read.OldAddress, read.NewAddress, read.FirstBatch, at);
    }

    /// <summary>The 32 bytes that both keys sign: EIP-191 over the SHA-256 of the canonical JSON.</summary>
    public static byte[] SignedDigest(ReadOnlySpan<byte> json) => PersonalMessage.Digest(SHA256.HashData(json));
}

internal sealed record KeyStatementJson(
    string Format, string Device, int Number, string OldAddress, string NewAddress, long FirstBatch, string At);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(KeyStatementJson))]
internal sealed partial class KeyStatementContext : JsonSerializerContext;
