using System.Buffers;
using System.Text.Json;
using Appliance.Core.Evidence.Log;
using Appliance.Core.Evidence.Manifests;
using Appliance.Core.Evidence.Signatures;

namespace Appliance.Core.Evidence.Anchoring;

/// <summary>The elements that go to the companion, as JSON; hex without 0x but for signatures and addresses.</summary>
public static class AnchorJson
{
    /// <summary>As <c>GET /api/v1/evidence/batches</c> gives it, without the receipt.</summary>
    public static byte[] Batch(BatchHeader header, string signer, byte[] signature, DateTimeOffset closedAt) => Write(json =>
    {
        json.WriteStartObject("header");
        json.WriteString("device", header.Device);
        json.WriteNumber("seq", header.Seq);
        json.WriteNumber("size", header.Size);
        json.WriteString("prev", header.Prev);
        json.WriteString("root", header.Root);
        Sign(json, signer, signature);
        json.WriteEndObject();
        json.WriteString("closedAt", closedAt);
    });

    /// <summary>A critical alert. <c>metaHash</c>, what the contract compares private data with, stays empty: this box hands none over.</summary>
    public static byte[] Critical(string device, byte[] digest, string signer, byte[] signature, string kind, DateTimeOffset captured) => Write(json =>
    {
        json.WriteString("device", device);
        json.WriteString("digest", Convert.ToHexStringLower(digest));
        Sign(json, signer, signature);
        json.WriteString("kind", kind);
        json.WriteString("captured", ManifestJson.Time(captured));
        json.WriteString("metaHash", "");
    });

    /// <param name="record">Canonical key record.</param>
    /// <param name="oldSignature">Null: the first key, or the one before it was lost.</param>
    /// <param name="newSignature">Of the new key.</param>
    public static byte[] Key(string record, byte[]? oldSignature, byte[] newSignature) => Write(json =>
    {
        json.WriteString("record", record);
        if (oldSignature is null)
            json.WriteNull("oldSignature");
        else
            json.WriteString("oldSignature", EvidenceSignature.Format(oldSignature));
        json.WriteString("newSignature", EvidenceSignature.Format(newSignature));
    });

    public static byte[] Watchlist(WatchlistStatement statement, string signer, byte[] signature) => Write(json =>
    {
        json.WriteString("device", statement.Device);
        json.WriteString("list", statement.List);
        json.WriteNumber("version", statement.Version);
        json.WriteString("hash", statement.Hash);
        json.WriteString("prevHash", statement.PrevHash);
        Sign(json, signer, signature);
    });

    public static byte[] Update(UpdateStatement statement, string signer, byte[] signature) => Write(json =>
    {
        json.WriteString("device", statement.Device);
        json.WriteString("job", statement.Job);
        json.WriteNumber("round", statement.Round);
        json.WriteString("hash", statement.Hash);
        Sign(json, signer, signature);
    });

    private static void Sign(Utf8JsonWriter json, string signer, byte[] signature)
    {
        json.WriteString("signer", signer);
        json.WriteString("signature", EvidenceSignature.Format(signature));
    }

    private static byte[] Write(Action<Utf8JsonWriter> members)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            members(json);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }
}
