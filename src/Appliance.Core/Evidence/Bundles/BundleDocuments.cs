using System.Text.Json;
using System.Text.Json.Serialization;

namespace Appliance.Core.Evidence.Bundles;

/// <summary><c>proof.json</c>: who signed the manifest and where it stands in the box's log.</summary>
/// <param name="Format">watchpost-evidence-proof-v1.</param>
/// <param name="ManifestDigest">SHA-256 of manifest.json.</param>
/// <param name="Signer">Address.</param>
/// <param name="Signature">EIP-191 over the digest.</param>
/// <param name="Index">Leaf in the batch, from 0.</param>
/// <param name="Path">Sibling hashes from the leaf upwards.</param>
/// <param name="Batch">The signed header.</param>
/// <param name="Keys">All evidence keys of the box, oldest first.</param>
/// <param name="Receipt">The ledger's, as it came; null = not anchored when exported.</param>
public sealed record ProofDocument(
    string Format, string ManifestDigest, string Signer, string Signature, int Index, IReadOnlyList<string> Path, BatchDocument Batch,
    IReadOnlyList<KeyDocument> Keys, string? Receipt)
{
    public const string FileName = "proof.json";
    public const string Version1 = "watchpost-evidence-proof-v1";
}

/// <summary>A note about the box with all that proves it, in one JSON file.</summary>
/// <param name="Format">watchpost-evidence-note-proof-v1.</param>
/// <param name="Note">The canonical note, as text.</param>
/// <param name="Proof">As of a manifest; <c>manifestDigest</c> is the SHA-256 of the note.</param>
public sealed record NoteProofDocument(string Format, string Note, ProofDocument Proof)
{
    public const string Version1 = "watchpost-evidence-note-proof-v1";
}

/// <summary>A signed batch header: what the companion takes (also over REST).</summary>
public sealed record BatchDocument(string Device, long Seq, int Size, string Prev, string Root, string Signer, string Signature);

/// <param name="Record">Canonical JSON of the key record, as text.</param>
/// <param name="OldSignature">Of the key before; null = none.</param>
/// <param name="NewSignature">Of the new key.</param>
public sealed record KeyDocument(string Record, string? OldSignature, string NewSignature);

/// <summary><c>identity.json</c>: the box's certificate vouches for its first evidence key (JWS in <c>identity.jws</c>).</summary>
public sealed record IdentityDocument(string Format, string Device, string Address)
{
    public const string FileName = "identity.json";
    public const string SignatureName = "identity.jws";
    public const string Version1 = "watchpost-evidence-identity-v1";

    /// <summary>JWS <c>typ</c>.</summary>
    public const string JwsType = "watchpost-evidence-identity+jws";
}

/// <summary><c>export.json</c>: what was handed out, by whom, why; signed as <c>export.sig</c>.</summary>
/// <param name="Format">watchpost-evidence-export-v1.</param>
/// <param name="Device">Serial number.</param>
/// <param name="Alert">Id of the alert.</param>
/// <param name="ManifestDigest">SHA-256 of manifest.json.</param>
/// <param name="ExportedAt">Wall clock of the box.</param>
/// <param name="By">Who asked for it.</param>
/// <param name="Reason">Why originals are in it; empty = bystanders are masked.</param>
/// <param name="Files">Every other file of the bundle.</param>
/// <param name="Masked">Pictures made from an artefact of the manifest with bystanders pixelated.</param>
public sealed record ExportDocument(
    string Format, string Device, string Alert, string ManifestDigest, string ExportedAt, string By, string Reason,
    IReadOnlyList<ExportedFile> Files, IReadOnlyList<MaskedFile> Masked)
{
    public const string FileName = "export.json";
    public const string SignatureName = "export.sig";
    public const string Version1 = "watchpost-evidence-export-v1";
}

public sealed record ExportedFile(string Path, long Size, string Sha256);

/// <param name="Path">In the bundle.</param>
/// <param name="Of">Artefact of the manifest.</param>
/// <param name="Method">pixelated.</param>
public sealed record MaskedFile(string Path, string Of, string Method);

/// <summary><c>export.sig</c></summary>
public sealed record ExportSignature(string Signer, string Signature);

/// <summary>The documents of a bundle as canonical JSON; anything else is refused when read.</summary>
public static class BundleJson
{
    public static byte[] Write<T>(T document) =>
        CanonicalJson.Transform(JsonSerializer.SerializeToUtf8Bytes(document, typeof(T), BundleContext.Default));

    /// <exception cref="JsonException">Not such a document, or not in canonical form.</exception>
    public static T Read<T>(byte[] json)
    {
        var document = (T?)JsonSerializer.Deserialize(json, typeof(T), BundleContext.Default) ?? throw new JsonException("null is no document");
        if (!CanonicalJson.Transform(json).AsSpan().SequenceEqual(json))
            throw new JsonException("it is not in canonical form (RFC 8785)");
        return document;
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(ProofDocument))]
[JsonSerializable(typeof(NoteProofDocument))]
[JsonSerializable(typeof(IdentityDocument))]
[JsonSerializable(typeof(ExportDocument))]
[JsonSerializable(typeof(ExportSignature))]
[JsonSerializable(typeof(BatchDocument))]
internal sealed partial class BundleContext : JsonSerializerContext;
