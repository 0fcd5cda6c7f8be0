using System.Security.Cryptography;
using Appliance.Capture;
using Appliance.Core.Alerts;
using Appliance.Core.Evidence;
using Appliance.Core.Evidence.Bundles;
using Appliance.Core.Evidence.Manifests;
using Appliance.Core.Evidence.Signatures;
using Appliance.Daemon.Evidence.Masking;
using Appliance.Daemon.Host;
using Appliance.Store;
using Appliance.Store.Audit;
using Appliance.Store.Evidence;
using Appliance.Store.Evidence.Log;

namespace Appliance.Daemon.Evidence.Exports;

/// <summary>Hands evidence out as one self-contained ZIP. Every export is a line of the audit log before a byte leaves the box.</summary>
internal sealed class EvidenceExporter(
    EvidenceStore store, AuditLog audit, EvidenceViews views, string dataDirectory, string serial, TimeProvider clock)
{
    /// <param name="alert">Whose evidence.</param>
    /// <param name="reason">Null = bystanders masked; else the originals, for this reason.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The ZIP, or why there is none.</returns>
    /// <exception cref="StoreException">An artefact was changed on the disk, or the log cannot be written.</exception>
    public async Task<Change<byte[]>> Export(AlertId alert, string? reason, Actor by, CancellationToken cancel)
    {
        if (await store.Find(alert, cancel) is not { } record)
            return Change<byte[]>.NotFound();
        if (await store.Manifest(alert, cancel) is not { } manifest || record.Signature is null)
            return Change<byte[]>.Refused(record.Reason.Length > 0 ? $"there is no signed manifest: {record.Reason}" : "there is no signed manifest yet");
        if (store.Signer is not { } signer)
            return Change<byte[]>.Refused("the box has no evidence key to sign the export with");

        if (await store.Prove(alert, cancel) is not { } proof)
        {
            // Nobody waits a minute for the batch: it is closed now.
            await store.CloseBatch(TimeSpan.Zero, cancel);
            proof = await store.Prove(alert, cancel) ?? throw new StoreException(StoreFault.Io, "the batch of the evidence log could not be closed");
        }

        await audit.Append(by, "evidence.export", alert.Value, reason is null ? "masked" : $"original: {reason}", cancel);
        var keys = await store.Keys(cancel);
        var (originals, masked) = await Files(alert, reason is not null, cancel);
        return Change<byte[]>.Done(BundleWriter.Write(
            new BundleContents
            {
                Manifest = manifest,
                Proof = Describe(record, proof, keys),
                Identity = keys.Count > 0 ? Identity(keys[0].Address) : null,
                Originals = originals,
                Masked = masked,
                ExportedAt = ManifestJson.Time(clock.GetUtcNow()),
                By = by.Name,
                Reason = reason ?? "",
            },
            signer));
    }

    /// <summary>A note about the box with all that proves it, as JSON.</summary>
    /// <param name="id">ULID of the note.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="cancel">Gives up.</param>
    public async Task<Change<byte[]>> ExportNote(string id, Actor by, CancellationToken cancel)
    {
        if (await store.FindNote(id, cancel) is not { } note)
            return Change<byte[]>.NotFound();
        if (await store.Prove(note, cancel) is not { } proof)
        {
            await store.CloseBatch(TimeSpan.Zero, cancel);
            if (await store.Prove(note, cancel) is not { } closed)
                return Change<byte[]>.Refused("its batch is open and the box has no evidence key to close it with");
            proof = closed;
        }

        await audit.Append(by, "evidence.export", $"note {id}", "", cancel);
        var keys = await store.Keys(cancel);
        return Change<byte[]>.Done(BundleJson.Write(new NoteProofDocument(
            NoteProofDocument.Version1, System.Text.Encoding.UTF8.GetString(note.Json),
            Describe(note.Digest, note.Signer, note.Signature, proof, keys))));
    }

    public static BatchDocument Describe(SignedBatch batch) => new(
        batch.Header.Device, batch.Header.Seq, batch.Header.Size, batch.Header.Prev, batch.Header.Root, batch.Signer,
        EvidenceSignature.Format(batch.Signature));

    public static ProofDocument Describe(EvidenceRecord record, InclusionProof proof, IReadOnlyList<KeyRecord> keys) =>
        Describe(record.Digest!, record.Signer!, record.Signature!, proof, keys);

    private static ProofDocument Describe(byte[] digest, string signer, byte[] signature, InclusionProof proof, IReadOnlyList<KeyRecord> keys) => new(
        ProofDocument.Version1, Convert.ToHexStringLower(digest), signer, EvidenceSignature.Format(signature), proof.Index,
        [.. proof.Path.Select(Convert.ToHexStringLower)], Describe(proof.Batch),
        [.. keys.Select(Describe)], proof.Batch.Receipt);

    public static KeyDocument Describe(KeyRecord key) => new(
        System.Text.Encoding.UTF8.GetString(key.Record), key.OldSignature is null ? null : EvidenceSignature.Format(key.OldSignature),
        EvidenceSignature.Format(key.NewSignature));

    private async Task<(List<BundleEntry> Originals, List<BundleEntry> Masked)> Files(AlertId alert, bool original, CancellationToken cancel)
    {
        var (originals, masked) = (new List<BundleEntry>(), new List<BundleEntry>());
        foreach (var artefact in await store.Artefacts(alert, cancel))
        {
            var isPicture = artefact.MediaType != "application/json";
            try
            {
                await using var stream = original || !isPicture
                    ? await store.Open(alert, artefact.Name, cancel)
                    : await views.Masked(alert, artefact.Name, cancel);
                if (stream is not null)
                    (original || !isPicture ? originals : masked).Add(new(artefact.Name, await EvidenceViews.ReadAll(stream, cancel)));
            }
            catch (CaptureException)
            {
                // What cannot be masked is not handed out; verification says that it was recorded and withheld.
            }
        }

        return (originals, masked);
    }

    private (byte[] Json, string Jws)? Identity(string address)
    {
        try
        {
            using var certificate = DeviceCertificate.LoadOrMake(dataDirectory, serial, clock.GetUtcNow());
            using var signer = new JwsSigner([certificate], IdentityDocument.JwsType);
            var json = BundleJson.Write(new IdentityDocument(IdentityDocument.Version1, serial, address));
            return (json, signer.Sign(json));
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            // The device key is damaged (health says so): the evidence key's own signatures hold without it.
            return null;
        }
    }
}
