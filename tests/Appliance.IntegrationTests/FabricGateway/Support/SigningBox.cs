using System.Text.Json;
using System.Text.Json.Nodes;
using Appliance.Core.Evidence.Log;
using Appliance.Core.Evidence.Signatures;
using Appliance.Daemon.Evidence.Keys;

namespace Appliance.IntegrationTests.FabricGateway.Support;

/// <summary>A box with a real key: chained headers as its evidence log makes them, and key records.</summary>
internal sealed class SigningBox(string serial)
{
    private readonly List<JsonObject> _records = [];
    private EvidenceKey _key = EvidenceKey.Make();
    private string _prev = BatchHeader.NoPrev;

    public string Serial => serial;

    public string Address => _key.Address.Value;

    /// <summary>Batches made so far.</summary>
    public long Batches { get; private set; }

    /// <summary>The next element E of the wire contract.</summary>
    public JsonObject NextBatch()
    {
        var header = new BatchHeader(serial, ++Batches, 3, _prev, Root(Batches));
        _prev = Convert.ToHexStringLower(header.Hash());
        return Signed(header);
    }

    public JsonArray NextBatches(int count) => [.. Enumerable.Range(0, count).Select(_ => (JsonNode)NextBatch())];

    /// <summary>The same number with another root, well signed: equivocation.</summary>
    public JsonObject Contradiction(JsonObject batch)
    {
        var header = batch["header"]!;
        return Signed(new(serial, (long)header["seq"]!, (int)header["size"]!, (string)header["prev"]!, new string('e', 64)));
    }

    public JsonObject Evidence(string digest) => new()
    {
        ["device"] = serial,
        ["digest"] = digest,
        ["signer"] = Address,
        ["signature"] = Sign(PersonalMessage.Digest(Convert.FromHexString(digest))),
        ["kind"] = "alert",
        ["captured"] = "2026-11-21T17:00:00.000Z",
        ["metaHash"] = "",
    };

    public JsonObject Watchlist(long version, string prevHash) => new()
    {
        ["device"] = serial,
        ["list"] = "banned",
        ["version"] = version,
        ["hash"] = Root(version),
        ["prevHash"] = prevHash,
        ["signature"] = Sign(SignedText(FormattableString.Invariant($"wlversion-v1|{serial}|banned|{version}|{prevHash}|{Root(version)}"))),
    };

    public JsonObject Update(long round) => new()
    {
        ["device"] = serial,
        ["job"] = "faces",
        ["round"] = round,
        ["hash"] = Root(round),
        ["signature"] = Sign(SignedText(FormattableString.Invariant($"flupdate-v1|{serial}|faces|{round}|{Root(round)}"))),
    };

    /// <summary>All key records from the first, as GET /api/v1/evidence/keys gives them.</summary>
    public JsonArray KeyRecords()
    {
        if (_records.Count == 0)
            _records.Add(Record(1, null, _key, 1));
        return [.. _records.Select(record => record.DeepClone())];
    }

    /// <summary>A new key signs from the next batch on; returns its record.</summary>
    public JsonObject Rotate()
    {
        KeyRecords();
        var (old, next) = (_key, EvidenceKey.Make());
        var record = Record(_records.Count + 1, old, next, Batches + 1);
        _records.Add(record);
        _key = next;
        return (JsonObject)record.DeepClone();
    }

    public static string Root(long number) => number.ToString("x64", System.Globalization.CultureInfo.InvariantCulture);

    private static byte[] SignedText(string text) => PersonalMessage.Digest(Keccak256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));

    private JsonObject Record(int number, EvidenceKey? old, EvidenceKey next, long firstBatch)
    {
        var json = new KeyStatement(serial, number, old?.Address.Value ?? "", next.Address.Value, firstBatch, DateTimeOffset.UnixEpoch).ToJson();
        var digest = KeyStatement.SignedDigest(json);
        return new()
        {
            ["record"] = System.Text.Encoding.UTF8.GetString(json),
            ["oldSignature"] = old is null ? null : EvidenceSignature.Format(old.Sign(digest)),
            ["newSignature"] = EvidenceSignature.Format(next.Sign(digest)),
        };
    }

    private JsonObject Signed(BatchHeader header) => new()
    {
        ["header"] = new JsonObject
        {
            ["device"] = header.Device,
            ["seq"] = header.Seq,
            ["size"] = header.Size,
            ["prev"] = header.Prev,
            ["root"] = header.Root,
            ["signer"] = Address,
            ["signature"] = Sign(header.SignedDigest()),
        },
        ["closedAt"] = "2026-11-21T17:00:00.000Z",
    };

    private string Sign(byte[] digest) => EvidenceSignature.Format(_key.Sign(digest));
}
