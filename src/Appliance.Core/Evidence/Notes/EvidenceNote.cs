using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using Appliance.Core.Evidence.Manifests;
using Appliance.Core.Evidence.Signatures;

namespace Appliance.Core.Evidence.Notes;

/// <summary>
/// What the box swears to that is about itself and not about an alert: a model it adopted, an update it sent. Canonical JSON
/// (RFC 8785), signed like a manifest, and a leaf of the same log: entry = SHA-256 of these bytes.
/// </summary>
public sealed record EvidenceNote
{
    public const string Version1 = "watchpost-evidence-note-v1";

    public string Format { get; init; } = Version1;

    /// <summary>ULID.</summary>
    public required string Id { get; init; }

    /// <summary>Serial number of the box.</summary>
    public required string Device { get; init; }

    /// <summary>Address of the key that signs, EIP-55.</summary>
    public required string Address { get; init; }

    /// <summary>Whose line it is, e.g. <c>fl</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>What it is about, e.g. <c>model.adopted</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>Hash of the thing, hexadecimal.</summary>
    public required string Sha256 { get; init; }

    /// <summary>A short sentence without personal data.</summary>
    public required string Detail { get; init; }

    /// <summary>Wall clock of the box, RFC 3339 with milliseconds.</summary>
    public required string Utc { get; init; }

    /// <summary>The canonical bytes.</summary>
    public byte[] ToJson() => CanonicalJson.Transform(JsonSerializer.SerializeToUtf8Bytes(this, NoteJson.Default.EvidenceNote));

    /// <exception cref="JsonException">Not a note of this version, or not in canonical form.</exception>
    public static EvidenceNote Read(ReadOnlyMemory<byte> json)
    {
        var note = JsonSerializer.Deserialize(json.Span, NoteJson.Default.EvidenceNote) ?? throw new JsonException("null is no note");
        if (note.Format != Version1)
            throw new JsonException($"format '{note.Format}' is not {Version1}");
        if (!CanonicalJson.Transform(json).AsSpan().SequenceEqual(json.Span))
            throw new JsonException("the note is not in canonical form (RFC 8785)");
        return note;
    }

    /// <summary>Entry of the Merkle leaf.</summary>
    public static byte[] Digest(ReadOnlySpan<byte> json) => SHA256.HashData(json);

    /// <summary>The 32 bytes that the box signs: EIP-191 over <see cref="Digest"/>.</summary>
    public static byte[] SignedDigest(ReadOnlySpan<byte> json) => PersonalMessage.Digest(Digest(json));
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(EvidenceNote))]
internal sealed partial class NoteJson : JsonSerializerContext;
