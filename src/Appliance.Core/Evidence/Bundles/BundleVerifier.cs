using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Appliance.Core.Evidence.Anchoring;
using Appliance.Core.Evidence.Content;
using Appliance.Core.Evidence.Log;
using Appliance.Core.Evidence.Manifests;
using Appliance.Core.Evidence.Signatures;

namespace Appliance.Core.Evidence.Bundles;

/// <summary>How a check ended.</summary>
public enum CheckVerdict
{
    Passed,

    /// <summary>True, but worth knowing.</summary>
    Note,
    Failed,
}

/// <summary>One check of a bundle.</summary>
/// <param name="Name">One word.</param>
/// <param name="Verdict">How it ended.</param>
/// <param name="Explanation">In plain words; names the file that was hit.</param>
public sealed record BundleCheck(string Name, CheckVerdict Verdict, string Explanation);

/// <summary>What a bundle turned out to be.</summary>
/// <param name="Checks">In order.</param>
/// <param name="Address">Key of the manifest; null = it could not be read.</param>
/// <param name="Device">Serial number it claims.</param>
/// <param name="Alert">Id of the alert.</param>
public sealed record BundleReport(IReadOnlyList<BundleCheck> Checks, string? Address, string? Device, string? Alert)
{
    public bool Holds => Checks.All(check => check.Verdict != CheckVerdict.Failed);
}

/// <summary>Checks a bundle with nothing but itself, and what the caller knows of the box.</summary>
public sealed partial class BundleVerifier(ISignerRecovery recovery)
{
    private readonly List<BundleCheck> _checks = [];

    /// <param name="zip">The file.</param>
    /// <param name="expected">The box's address as the register has it (any key of the box); null = not known.</param>
    public BundleReport Verify(byte[] zip, EthereumAddress? expected = null)
    {
        _checks.Clear();
        var entries = StoredZip.Read(zip, out var faults);
        Check("file", faults.Count == 0, "The ZIP is whole, byte for byte.", string.Join("; ", faults));
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        foreach (var entry in entries)
            files.TryAdd(entry.Name, entry.Content);

        var manifest = Read("manifest.json", files, json => ManifestJson.Read(json));
        var proof = Read(ProofDocument.FileName, files, json => Known(BundleJson.Read<ProofDocument>(json), document => document.Format, ProofDocument.Version1));
        var export = Read(ExportDocument.FileName, files, json => Known(BundleJson.Read<ExportDocument>(json), document => document.Format, ExportDocument.Version1));
        var keys = proof is null ? null : CheckKeys(proof, manifest?.Device.Serial);
        if (export is not null)
            CheckExport(export, files, manifest, proof, keys);
        if (manifest is not null && proof is not null)
        {
            CheckManifest(manifest, files["manifest.json"], proof);
            CheckLog("manifest", manifest.Device.Serial, proof, keys);
        }

        if (manifest is not null && export is not null)
            CheckArtefacts(manifest, export, files);
        CheckIdentity(files, manifest, keys);
        if (manifest is not null)
            CheckClock(manifest);
        if (proof is not null)
            CheckLedger(proof);
        CheckBox(expected, manifest?.Device.Address, keys);

        return new([.. _checks], manifest?.Device.Address, manifest?.Device.Serial, manifest?.Alert.Id);
    }

    private void CheckExport(
        ExportDocument export, Dictionary<string, byte[]> files, EvidenceManifest? manifest, ProofDocument? proof, List<KeyStatement>? keys)
    {
        var signature = Read(ExportDocument.SignatureName, files, BundleJson.Read<ExportSignature>);
        if (signature is not null)
        {
            var signer = Recover(PersonalMessage.Digest(SHA256.HashData(files[ExportDocument.FileName])), signature.Signature);
            Check(
                "export list", signer == signature.Signer && keys?.Any(key => key.NewAddress == signer) == true,
                $"The list of files was signed by the box ({signature.Signer}) for {export.By} at {export.ExportedAt}.",
                signer != signature.Signer
                    ? $"The list of files or its signature was changed: {ExportDocument.SignatureName} does not sign {ExportDocument.FileName} as {signature.Signer}."
                    : $"The list of files was signed by {signer}, which is no key of this box.");
        }

        foreach (var listed in export.Files)
        {
            if (!files.TryGetValue(listed.Path, out var content))
                Fail("files", $"{listed.Path} is missing.");
            else if (content.Length != listed.Size || Hex(SHA256.HashData(content)) != listed.Sha256)
                Fail("files", $"{listed.Path} was changed: its SHA-256 is not the one in the signed list.");
        }

        foreach (var stranger in files.Keys.Except(export.Files.Select(file => file.Path)).Except([ExportDocument.FileName, ExportDocument.SignatureName]))
            Fail("files", $"{Short(stranger)} was added: it is not in the signed list.");
        if (_checks.All(check => check.Name != "files"))
            Pass("files", $"All {export.Files.Count} files are those of the signed list.");
        if (manifest is not null && proof is not null)
        {
            Check(
                "export of this alert",
                export.Alert == manifest.Alert.Id && export.Device == manifest.Device.Serial && export.ManifestDigest == proof.ManifestDigest,
                $"The list belongs to alert {export.Alert}.", "The list of files belongs to another alert than the manifest: parts of two bundles were put together.");
        }
    }

    private void CheckManifest(EvidenceManifest manifest, byte[] json, ProofDocument proof)
    {
        var digest = Hex(ManifestJson.Digest(json));
        Check(
            "manifest", digest == proof.ManifestDigest,
            "manifest.json is the one that was signed.", "manifest.json was changed (or the digest in proof.json): its SHA-256 is not the signed one.");
        var signer = Recover(ManifestJson.SignedDigest(json), proof.Signature);
        Check(
            "signature", signer is not null && signer == proof.Signer && signer == manifest.Device.Address,
            $"The manifest was signed by {signer} (EIP-191, secp256k1).",
            $"The signature of the manifest does not hold: it was made by {signer ?? "nobody"}, not by {manifest.Device.Address}; manifest.json or proof.json was changed.");
    }

    private void CheckArtefacts(EvidenceManifest manifest, ExportDocument export, Dictionary<string, byte[]> files)
    {
        foreach (var artefact in manifest.Artefacts)
        {
            if (files.TryGetValue(BundleWriter.Originals + artefact.Name, out var original))
            {
                Check(
                    artefact.Name,
                    original.Length == artefact.Size && Hex(SHA256.HashData(original)) == artefact.Sha256 && UnixFsCid.Of(original) == artefact.Cid,
                    $"{artefact.Name} is the recorded one ({artefact.Size} bytes, {artefact.Cid}).",
                    $"{artefact.Name} is not the one that was recorded: its SHA-256 or CID is not that of the manifest.");
            }
            else if (export.Masked.FirstOrDefault(masked => masked.Of == artefact.Name) is { } masked)
            {
                Note(artefact.Name, files.ContainsKey(masked.Path)
                    ? $"{masked.Path} was made from {artefact.Name} with bystanders pixelated; the box signed for it. The original lies on the box (SHA-256 {artefact.Sha256[..16]}…)."
                    : $"{masked.Path} is missing.");
            }
            else
            {
                Note(artefact.Name, $"{artefact.Name} was recorded but not handed out.");
            }
        }

        foreach (var missing in manifest.Missing)
            Note(missing.Name, $"{missing.Name} was never recorded: {missing.Reason}.");
    }

    private List<KeyStatement>? CheckKeys(ProofDocument proof, string? device)
    {
        var keys = new List<KeyStatement>();
        foreach (var document in proof.Keys)
        {
            try
            {
                var json = Encoding.UTF8.GetBytes(document.Record);
                var key = KeyStatement.Read(json);
                var digest = KeyStatement.SignedDigest(json);
                var before = keys.Count == 0 ? "" : keys[^1].NewAddress;
                if (key.Number != keys.Count + 1 || key.OldAddress != before || (device is not null && key.Device != device)
                    || (keys.Count > 0 && key.FirstBatch < keys[^1].FirstBatch))
                {
                    Fail("keys", $"Record {keys.Count + 1} of the box's keys does not follow the one before it.");
                    return null;
                }

                if (Recover(digest, document.NewSignature) != key.NewAddress)
                {
                    Fail("keys", $"Record {key.Number} of the box's keys or its signature was changed: {key.NewAddress} did not sign it.");
                    return null;
                }

                if (keys.Count > 0 && document.OldSignature is null)
                    Note("keys", $"Key {key.Number} replaced {before} without its signature (it was lost): ask the operator why.");
                else if (keys.Count > 0 && Recover(digest, document.OldSignature) != before)
                {
                    Fail("keys", $"Key {key.Number} was not accepted by the key before it, {before}.");
                    return null;
                }

                keys.Add(key);
            }
            catch (JsonException error)
            {
                Fail("keys", $"Record {keys.Count + 1} of the box's keys cannot be read: {error.Message}.");
                return null;
            }
        }

        Check("keys", keys.Count > 0, $"The record of the box's {keys.Count} keys is unbroken.", "The bundle holds no record of the box's keys.");
        return keys.Count > 0 ? keys : null;
    }

    /// <summary>The box cannot ask the ledger, nor can this: but a receipt of another batch is none of this one.</summary>
    private void CheckLedger(ProofDocument proof)
    {
        if (proof.Receipt is not { } text)
        {
            Note("ledger", "The bundle holds no receipt of a ledger: the batch was not anchored yet when it was exported.");
        }
        else if (AnchorReceipt.Contradiction(text, HeaderOf(proof.Batch)) is { } contradiction)
        {
            Fail("ledger", $"The receipt of the ledger in proof.json does not belong to batch {proof.Batch.Seq}: {contradiction}.");
        }
        else if (AnchorReceipt.Read(Encoding.UTF8.GetBytes(text), out _) is { } receipt)
        {
            Note(
                "ledger",
                Short($"Batch {receipt.Seq} is on the ledger {receipt.Ledger}, channel {receipt.Channel}, since {receipt.CommittedAt}: ")
                + Short($"transaction {receipt.Transaction}, block {receipt.Block?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "unknown"}. ")
                + "The receipt names this very root; ask a peer of that network whether it is true.");
        }
        else
        {
            Note("ledger", $"The bundle names a receipt of the ledger; ask a peer of that network whether it is true: {Short(text)}");
        }
    }

    private void CheckBox(EthereumAddress? expected, string? signer, List<KeyStatement>? keys)
    {
        if (expected is { } address)
        {
            Check(
                "box", keys?.Any(key => key.NewAddress == address.Value) == true,
                $"The key you expected, {address}, is one of this box.", $"The key you expected, {address}, is none of this box: it is another box's evidence, or a forgery.");
        }
        else if (signer is not null)
        {
            Note("box", $"Signed by {signer}. Compare this address with the register: a forger has a key too, but not this one.");
        }
    }

    private static BatchHeader HeaderOf(BatchDocument batch) => new(batch.Device, batch.Seq, batch.Size, batch.Prev, batch.Root);

    private void CheckLog(string what, string device, ProofDocument proof, List<KeyStatement>? keys)
    {
        var batch = proof.Batch;
        var header = HeaderOf(batch);
        var signer = Recover(header.SignedDigest(), batch.Signature);
        Check(
            "batch", signer is not null && signer == batch.Signer && batch.Device == device,
            $"Batch {batch.Seq} of the box's log was signed by {signer}.",
            $"The header of batch {batch.Seq} was forged or changed: it was signed by {signer ?? "nobody"}, not by {batch.Signer}.");
        if (keys?.LastOrDefault(key => key.FirstBatch <= batch.Seq) is { } valid)
        {
            Check(
                "key of its time", batch.Signer == valid.NewAddress && proof.Signer == valid.NewAddress,
                $"{valid.NewAddress} was the box's key from batch {valid.FirstBatch} on.",
                $"Batch {batch.Seq} belongs to the time of key {valid.NewAddress}; another one signed here: a retired or stolen key.");
        }

        var path = proof.Path.Select(Bytes32).ToList();
        var held = Bytes32(batch.Root) is { } root && Bytes32(proof.ManifestDigest) is { } digest && path.All(hash => hash is not null)
            && MerkleTree.VerifyInclusion(MerkleTree.LeafHash(digest), proof.Index, batch.Size, path!, root);
        Check(
            "log", held,
            $"The {what} is leaf {proof.Index} of {batch.Size} in that batch ({path.Count} hashes).",
            $"The {what} is not in that batch of the log: the Merkle proof in proof.json does not lead to the signed root.");
    }

    private void CheckIdentity(Dictionary<string, byte[]> files, EvidenceManifest? manifest, List<KeyStatement>? keys)
    {
        if (!files.TryGetValue(IdentityDocument.FileName, out var json) || !files.TryGetValue(IdentityDocument.SignatureName, out var jws))
        {
            Note("certificate", "The bundle holds no certificate of the box.");
            return;
        }

        try
        {
            var identity = Known(BundleJson.Read<IdentityDocument>(json), document => document.Format, IdentityDocument.Version1);
            var parts = Encoding.ASCII.GetString(jws).Split('.');
            using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]));
            using var certificate = X509CertificateLoader.LoadCertificate(
                Convert.FromBase64String(header.RootElement.GetProperty("x5c")[0].GetString()!));
            using var key = certificate.GetECDsaPublicKey() ?? throw new CryptographicException("no key for ECDSA");
            var input = Encoding.ASCII.GetBytes(parts[0] + "." + Base64Url.EncodeToString(json));
            var holds = parts.Length == 3 && parts[1].Length == 0 && header.RootElement.GetProperty("alg").GetString() == "ES256"
                && header.RootElement.GetProperty("typ").GetString() == IdentityDocument.JwsType
                && key.VerifyData(input, Base64Url.DecodeFromChars(parts[2]), HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
            var serial = certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false);
            Check(
                "certificate", holds && identity.Device == serial && (manifest is null || manifest.Device.Serial == serial)
                    && (keys is null || keys.Any(one => one.NewAddress == identity.Address)),
                $"The certificate of box {serial} (SHA-256 {Hex(SHA256.HashData(certificate.RawData))[..16]}…) vouches for {identity.Address}.",
                "The certificate's word for the box's key does not hold: identity.json or identity.jws was changed, or belongs to another box.");
        }
        catch (Exception error) when (error is JsonException or FormatException or CryptographicException or KeyNotFoundException
            or InvalidOperationException or IndexOutOfRangeException)
        {
            Fail("certificate", $"identity.json or identity.jws was changed and cannot be read: {error.Message}");
        }
    }

    private void CheckClock(EvidenceManifest manifest)
    {
        var ordered = DateTimeOffset.TryParse(manifest.Alert.Utc, System.Globalization.CultureInfo.InvariantCulture, out var raised)
            && DateTimeOffset.TryParse(manifest.Clock.RecordedUtc, System.Globalization.CultureInfo.InvariantCulture, out var recorded)
            && recorded >= raised;
        if (!ordered)
            Fail("clock", "The manifest was signed before its alert was raised: the clock of the box was set back in between.");
        else if (manifest.Clock.Synced == true)
            Pass("clock", $"The box knew its clock to be right: {manifest.Alert.Utc}.");
        else
        {
            Note("clock", manifest.Clock.Synced == false
                ? "The box knew its clock to be wrong: the order in the log holds, the time of day is only what it believed."
                : "The box did not know whether its clock was right: the order in the log holds, the time of day is only what it believed.");
        }
    }

    private T? Read<T>(string name, Dictionary<string, byte[]> files, Func<byte[], T> read)
        where T : class
    {
        if (!files.TryGetValue(name, out var json))
        {
            Fail(name, $"{name} is missing.");
            return null;
        }

        try
        {
            return read(json);
        }
        catch (JsonException error)
        {
            Fail(name, $"{name} was changed and cannot be read: {error.Message}");
            return null;
        }
    }

    private static T Known<T>(T document, Func<T, string> format, string version) =>
        format(document) == version ? document : throw new JsonException($"its format is not {version}");

    private string? Recover(byte[] digest, string? signature) =>
        EvidenceSignature.TryParse(signature, out var bytes) ? recovery.Recover(digest, bytes)?.Value : null;

    private static byte[]? Bytes32(string hex) =>
        hex.Length == 64 && !hex.AsSpan().ContainsAnyExcept("0123456789abcdef") ? Convert.FromHexString(hex) : null;

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static string Short(string text) => new([.. text.Where(c => !char.IsControl(c)).Take(200)]);

    private void Check(string name, bool holds, string good, string bad) => _checks.Add(new(name, holds ? CheckVerdict.Passed : CheckVerdict.Failed, holds ? good : bad));

    private void Pass(string name, string text) => _checks.Add(new(name, CheckVerdict.Passed, text));

    private void Note(string name, string text) => _checks.Add(new(name, CheckVerdict.Note, text));

    private void Fail(string name, string text) => _checks.Add(new(name, CheckVerdict.Failed, text));
}
