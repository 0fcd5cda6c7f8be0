using System.Text;
using System.Text.Json;
using Appliance.Core.Evidence.Notes;
using Appliance.Core.Evidence.Signatures;

namespace Appliance.Core.Evidence.Bundles;

public sealed partial class BundleVerifier
{
    private const string NoteFile = "note";

    /// <summary>A note about the box, as it was handed out: <see cref="NoteProofDocument"/>.</summary>
    /// <param name="json">The file.</param>
    /// <param name="expected">The box's address as the register has it (any key of the box); null = not known.</param>
    public BundleReport VerifyNote(byte[] json, EthereumAddress? expected = null)
    {
        _checks.Clear();
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal) { [NoteFile] = json };
        var document = Read(NoteFile, files, file => Known(BundleJson.Read<NoteProofDocument>(file), one => one.Format, NoteProofDocument.Version1));
        if (document is not null && document.Proof.Format != ProofDocument.Version1)
            Fail(NoteFile, $"The format of the proof is not {ProofDocument.Version1}: it was changed.");
        EvidenceNote? note = null;
        if (document is not null)
        {
            var text = Encoding.UTF8.GetBytes(document.Note);
            try
            {
                note = EvidenceNote.Read(text);
                CheckNote(note, text, document.Proof);
            }
            catch (JsonException error)
            {
                Fail(NoteFile, $"The note was changed and cannot be read: {error.Message}");
            }
        }

        var keys = document is null ? null : CheckKeys(document.Proof, note?.Device);
        if (document is not null && note is not null)
            CheckLog(NoteFile, note.Device, document.Proof, keys);
        if (document is not null)
            CheckLedger(document.Proof);
        CheckBox(expected, note?.Address, keys);
        return new([.. _checks], note?.Address, note?.Device, note?.Id);
    }

    private void CheckNote(EvidenceNote note, byte[] text, ProofDocument proof)
    {
        Check(
            NoteFile, Hex(EvidenceNote.Digest(text)) == proof.ManifestDigest,
            $"The note is the one that was signed: {Short($"{note.Kind}.{note.Subject} {note.Sha256} at {note.Utc}")}.",
            "The note was changed (or the digest in its proof): its SHA-256 is not the signed one.");
        var signer = Recover(EvidenceNote.SignedDigest(text), proof.Signature);
        Check(
            "signature", signer is not null && signer == proof.Signer && signer == note.Address,
            $"The note was signed by {signer} (EIP-191, secp256k1).",
            $"The signature of the note does not hold: it was made by {signer ?? "nobody"}, not by {note.Address}.");
    }
}
