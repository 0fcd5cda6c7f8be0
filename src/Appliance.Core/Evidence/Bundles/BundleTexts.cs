using Appliance.Core.Evidence.Manifests;

namespace Appliance.Core.Evidence.Bundles;

/// <summary>What a bundle says to people.</summary>
internal static class BundleTexts
{
    /// <summary>Checks the bundle in a browser, without network.</summary>
    internal static byte[] VerifyPage { get; } = Load("verify.html");

    internal static string Readme(EvidenceManifest manifest, BundleContents contents) =>
        $"""
        EVIDENCE OF ALERT {manifest.Alert.Id}

        Box        {manifest.Device.Serial} ({manifest.Device.Name})
        Camera     {manifest.Camera?.Id ?? "none"}
        Time       {manifest.Alert.Utc} (clock {manifest.Clock.Synced switch { true => "synchronised", false => "NOT synchronised", null => "of unknown state" }})
        What       {manifest.Alert.Kind}, {manifest.Alert.Severity}
        Signed by  {manifest.Device.Address}
        Exported   {contents.ExportedAt} by {contents.By}
        {(contents.Masked.Count > 0 ? "Faces of bystanders are pixelated; the originals lie on the box." : $"Original pictures, handed out because: {contents.Reason}")}

        HOW TO CHECK IT
        1. Open verify.html in a browser (no network is used) and choose this ZIP file; or run
           watchpost evidence verify FILE.zip
        2. Compare the address above with the one in the register of boxes (or on the ledger). Mathematics says that this
           key signed these files; only the register says whose key it is.

        WHAT IS IN IT
        manifest.json   what the box swears to: SHA-256 and CID of each artefact, time, camera, models, thresholds
        proof.json      the signature (EIP-191, secp256k1), the place in the box's Merkle log (RFC 9162), the signed batch
                        header, the record of the box's keys, the ledger's receipt if there was one
        identity.*      the box's certificate vouching for its first key
        artefacts/      clip, snapshot, face and tracks as they were recorded; masked/ with bystanders pixelated
        export.json     the list of all files with their SHA-256, signed in export.sig

        BY HAND
        sha256sum manifest.json            -> manifestDigest in proof.json
        ethers.verifyMessage(ethers.getBytes("0x" + manifestDigest), signature)  -> the address

        """;

    private static byte[] Load(string name)
    {
        using var stream = typeof(BundleTexts).Assembly.GetManifestResourceStream(name)!;
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        return bytes.ToArray();
    }
}
