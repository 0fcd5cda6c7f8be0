using System.Security.Cryptography;
using System.Text;
using Appliance.Core.Evidence.Manifests;
using Appliance.Core.Evidence.Signatures;

namespace Appliance.Core.Evidence.Bundles;

/// <summary>All that goes into a bundle.</summary>
public sealed record BundleContents
{
    /// <summary>Canonical.</summary>
    public required byte[] Manifest { get; init; }

    public required ProofDocument Proof { get; init; }

    /// <summary>The certificate's word for the first key; null = the box has no device certificate.</summary>
    public (byte[] Json, string Jws)? Identity { get; init; }

    /// <summary>Artefacts as they are, by name in the manifest.</summary>
    public IReadOnlyList<BundleEntry> Originals { get; init; } = [];

    /// <summary>Artefacts with bystanders pixelated, by name in the manifest.</summary>
    public IReadOnlyList<BundleEntry> Masked { get; init; } = [];

    public required string ExportedAt { get; init; }

    public required string By { get; init; }

    public string Reason { get; init; } = "";
}

/// <summary>Writes the self-contained ZIP of one alert's evidence.</summary>
public static class BundleWriter
{
    public const string Originals = "artefacts/";
    public const string Masked = "masked/";

    public static byte[] Write(BundleContents contents, IEvidenceSigner signer)
    {
        var manifest = ManifestJson.Read(contents.Manifest);
        var entries = new List<BundleEntry>
        {
            new("README.txt", Encoding.UTF8.GetBytes(BundleTexts.Readme(manifest, contents))),
            new("verify.html", BundleTexts.VerifyPage),
            new("manifest.json", contents.Manifest),
            new(ProofDocument.FileName, BundleJson.Write(contents.Proof)),
        };
        if (contents.Identity is { } identity)
        {
            entries.Add(new(IdentityDocument.FileName, identity.Json));
            entries.Add(new(IdentityDocument.SignatureName, Encoding.ASCII.GetBytes(identity.Jws)));
        }

        entries.AddRange(contents.Originals.Select(file => file with { Name = Originals + file.Name }));
        entries.AddRange(contents.Masked.Select(file => file with { Name = Masked + file.Name }));
        var export = BundleJson.Write(new ExportDocument(
            ExportDocument.Version1, manifest.Device.Serial, manifest.Alert.Id, contents.Proof.ManifestDigest, contents.ExportedAt, contents.By,
            contents.Reason,
            [.. entries.Select(entry => new ExportedFile(entry.Name, entry.Content.Length, Convert.ToHexStringLower(SHA256.HashData(entry.Content))))],
            [.. contents.Masked.Select(file => new MaskedFile(Masked + file.Name, file.Name, "pixelated"))]));
        var signature = signer.Sign(PersonalMessage.Digest(SHA256.HashData(export)));
        entries.Add(new(ExportDocument.FileName, export));
        entries.Add(new(
            ExportDocument.SignatureName,
            BundleJson.Write(new ExportSignature(signer.Address.Value, EvidenceSignature.Format(signature)))));
        return StoredZip.Write(entries);
    }
}
