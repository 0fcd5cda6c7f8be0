using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using Appliance.Learning.Flower;
using Google.Protobuf;
using Wire = Appliance.Learning.Flower.Wire;

namespace Appliance.Learning.SecureAggregation;

/// <summary>
/// The box's part of SecAgg+ (Bell et al., CCS 2020) as Flower's workflow drives it: setup, share keys, collect masked vectors, unmask; the
/// state of one run. Beyond what Flower's own client checks, it refuses to give both kinds of share of one node, shares of unknown
/// nodes, and thresholds without a majority.
/// </summary>
internal sealed class SecAggClient(ulong node)
{
    private const string Configs = "secaggplus_configs";
    private const int SeedBytes = 32;

    private readonly Dictionary<ulong, byte[][]> _neighbours = [];
    private readonly Dictionary<ulong, (byte[] Seed, byte[] Key)> _shares = [];
    private readonly List<ulong> _order = [];
    private Stage _stage = Stage.Unmask;
    private SecAggSettings? _settings;
    private AgreementKey? _maskKey;
    private AgreementKey? _shareKey;
    private byte[] _seed = [];

    private enum Stage
    {
        Setup,
        ShareKeys,
        Collect,
        Unmask,
    }

    /// <summary>Whether a message belongs to secure aggregation.</summary>
    public static bool Concerns(Wire.RecordDict content) => Find(content) is not null;

    /// <summary>The rest of the message: parameters and their configuration.</summary>
    public static Wire.RecordDict WithoutConfigs(Wire.RecordDict content) =>
        new() { Items = { content.Items.Where(item => item.Key != Configs) } };

    /// <param name="content">The message.</param>
    /// <param name="train">Trains with the message's parameters; given the largest number of examples that may be reported.</param>
    /// <exception cref="PayloadException">Out of order, or against the rules: the round is over for this box.</exception>
    public async Task<Wire.RecordDict> Handle(Wire.RecordDict content, Func<long, Task<RoundAnswer.Done>> train)
    {
        var record = Find(content)!;
        try
        {
            var stage = Require(record, "stage").String;
            switch (stage)
            {
                case "setup":
                    return Setup(record);
                case "share_keys" when _stage == Stage.Setup:
                    return ShareKeys(record);
                case "collect_masked_vectors" when _stage == Stage.ShareKeys:
                    Receive(record);
                    return Mask(await train((long)_settings!.MaxWeight).ConfigureAwait(false));
                case "unmask" when _stage == Stage.Collect:
                    return Unmask(record);
                default:
                    throw new PayloadException("secure aggregation: a stage out of order");
            }
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            // Whatever went wrong: nothing of this round may be asked for again.
            Forget();
            throw;
        }
    }

    private static Wire.ConfigRecord? Find(Wire.RecordDict content) =>
        content.Items.FirstOrDefault(item => item.Key == Configs)?.ConfigRecord;

    private Wire.RecordDict Setup(Wire.ConfigRecord record)
    {
        Forget();
        _settings = SecAggSettings.Read(RecordReading.Config(record));
        (_maskKey, _shareKey) = (AgreementKey.Make(), AgreementKey.Make());
        _stage = Stage.Setup;
        return Reply(new("pk1", Bytes(_maskKey.PublicPem)), new("pk2", Bytes(_shareKey.PublicPem)));
    }

    private Wire.RecordDict ShareKeys(Wire.ConfigRecord record)
    {
        foreach (var item in record.Items)
        {
            if (!ulong.TryParse(item.Key, NumberStyles.None, CultureInfo.InvariantCulture, out var id))
                continue;
            if (item.Value.BytesList?.Vals is not { Count: 2 } keys || !_neighbours.TryAdd(id, [keys[0].ToByteArray(), keys[1].ToByteArray()]))
                throw new PayloadException("secure aggregation: a neighbour does not have two keys, or is there twice");
            _order.Add(id);
        }

        CheckNeighbours();
        _seed = RandomNumberGenerator.GetBytes(SeedBytes);
        var secret = _maskKey!.PrivatePem();
        var seedShares = Shamir.Split(_seed, _settings!.Threshold, _settings.Shares);
        var keyShares = Shamir.Split(secret, _settings.Threshold, _settings.Shares);
        CryptographicOperations.ZeroMemory(secret);

        var (to, tokens) = (new List<ulong>(), new Wire.BytesList());
        for (var i = 0; i < _order.Count; i++)
        {
            var other = _order[i];
            if (other == node)
            {
                _shares[node] = (seedShares[i], keyShares[i]);
                continue;
            }

            to.Add(other);
            tokens.Vals.Add(ByteString.CopyFrom(Fernet.Encrypt(
                _shareKey!.AgreeWith(_neighbours[other][1]), Pack(other, seedShares[i], keyShares[i]), DateTimeOffset.UtcNow)));
        }

        _stage = Stage.ShareKeys;
        return Reply(new("dsts", Whole(to)), new("ctxts", new() { BytesList = tokens }));
    }

    private void CheckNeighbours()
    {
        if (_order.Count < _settings!.Threshold || _order.Count > _settings.Shares)
            throw new PayloadException("secure aggregation: not as many neighbours as shares and threshold need");
        var keys = _neighbours.Values.SelectMany(pair => pair).Select(Convert.ToHexString).ToHashSet();
        if (keys.Count != 2 * _neighbours.Count)
            throw new PayloadException("secure aggregation: two keys are the same");
        if (!_neighbours.TryGetValue(node, out var own)
            || !own[0].AsSpan().SequenceEqual(_maskKey!.PublicPem) || !own[1].AsSpan().SequenceEqual(_shareKey!.PublicPem))
        {
            throw new PayloadException("secure aggregation: this box's own keys were changed");
        }
    }

    private void Receive(Wire.ConfigRecord record)
    {
        var from = Ids(Require(record, "srcs"));
        var tokens = record.Items.FirstOrDefault(item => item.Key == "ctxts")?.Value.BytesList?.Vals ?? [];
        if (from.Count != tokens.Count || from.Count + 1 < _settings!.Threshold)
            throw new PayloadException("secure aggregation: too few neighbours have sent shares");
        for (var i = 0; i < from.Count; i++)
        {
            if (from[i] == node || !_neighbours.TryGetValue(from[i], out var keys))
                throw new PayloadException("secure aggregation: shares come from nobody that is known");
            byte[] plain;
            try
            {
                plain = Fernet.Decrypt(_shareKey!.AgreeWith(keys[1]), tokens[i].Span);
            }
            catch (CryptographicException error)
            {
                throw new PayloadException("secure aggregation: a share cannot be decrypted", error);
            }

            if (!_shares.TryAdd(from[i], Unpack(plain, from[i])))
                throw new PayloadException("secure aggregation: a neighbour's shares came twice");
        }
    }

    private Wire.RecordDict Mask(RoundAnswer.Done trained)
    {
        var settings = _settings!;
        if (trained.Examples > settings.MaxWeight)
            throw new PayloadException("secure aggregation: more examples than the largest weight");

        var weight = Quantizer.Weight(trained.Examples, settings);
        var random = new Random(RandomNumberGenerator.GetInt32(int.MaxValue));
        var vectors = new List<(int[] Shape, long[] Values)> { ([1], [weight]) };
        foreach (var array in trained.Parameters)
            vectors.Add((array.Shape, Quantizer.Quantize(array.Values, weight, settings, random.NextDouble)));

        Apply(vectors, _seed, subtract: false);
        foreach (var other in _shares.Keys.Where(id => id != node))
            Apply(vectors, System.Text.Encoding.ASCII.GetBytes(_maskKey!.AgreeWith(_neighbours[other][0])), subtract: node < other);

        var masked = new Wire.BytesList();
        foreach (var (shape, values) in vectors)
            masked.Vals.Add(ByteString.CopyFrom(NpyArray.Write(shape, values)));
        var reply = Reply(new KeyValuePair<string, Wire.ConfigRecordValue>("masked_params", new() { BytesList = masked }));
        RoundPayload.AddFitResult(reply, trained, withArrays: false);
        _stage = Stage.Collect;
        return reply;
    }

    private void Apply(List<(int[] Shape, long[] Values)> vectors, ReadOnlySpan<byte> seed, bool subtract)
    {
        var masks = new MaskStream(seed, _settings!.ModRange);
        foreach (var (_, values) in vectors)
            masks.Apply(values, _settings.ModRange, subtract);
    }

    private Wire.RecordDict Unmask(Wire.ConfigRecord record)
    {
        var (active, dead) = (Ids(Require(record, "active_nids")), Ids(Require(record, "dead_nids")));
        if (active.Count < _settings!.Threshold)
            throw new PayloadException("secure aggregation: fewer nodes are alive than the threshold");
        // One node's seed and its key together would bare its update.
        if (active.Concat(dead).Distinct().Count() != active.Count + dead.Count)
            throw new PayloadException("secure aggregation: a node is called alive and dead, or named twice");
        if (!active.Contains(node))
            throw new PayloadException("secure aggregation: this box answered and is called dead");
        if (active.Concat(dead).Any(id => !_shares.ContainsKey(id)))
            throw new PayloadException("secure aggregation: shares of unknown nodes are asked for");

        var shares = new Wire.BytesList();
        shares.Vals.AddRange(active.Select(id => ByteString.CopyFrom(_shares[id].Seed)));
        shares.Vals.AddRange(dead.Select(id => ByteString.CopyFrom(_shares[id].Key)));
        var reply = Reply(new("nids", Whole([.. active, .. dead])), new("shares", new() { BytesList = shares }));
        Forget();
        return reply;
    }

    private byte[] Pack(ulong to, byte[] seedShare, byte[] keyShare)
    {
        var plain = new byte[20 + seedShare.Length + keyShare.Length];
        BinaryPrimitives.WriteUInt64LittleEndian(plain, node);
        BinaryPrimitives.WriteUInt64LittleEndian(plain.AsSpan(8), to);
        BinaryPrimitives.WriteInt32LittleEndian(plain.AsSpan(16), seedShare.Length);
        seedShare.CopyTo(plain, 20);
        keyShare.CopyTo(plain, 20 + seedShare.Length);
        return plain;
    }

    private (byte[] Seed, byte[] Key) Unpack(byte[] plain, ulong from)
    {
        if (plain.Length < 20
            || BinaryPrimitives.ReadUInt64LittleEndian(plain) != from
            || BinaryPrimitives.ReadUInt64LittleEndian(plain.AsSpan(8)) != node
            || BinaryPrimitives.ReadInt32LittleEndian(plain.AsSpan(16)) is var length && (length < 0 || length > plain.Length - 20))
        {
            throw new PayloadException("secure aggregation: a share is not from or for whom it says");
        }

        return (plain[20..(20 + length)], plain[(20 + length)..]);
    }

    private void Forget()
    {
        _maskKey?.Dispose();
        _shareKey?.Dispose();
        CryptographicOperations.ZeroMemory(_seed);
        foreach (var (seed, key) in _shares.Values)
        {
            CryptographicOperations.ZeroMemory(seed);
            CryptographicOperations.ZeroMemory(key);
        }

        (_maskKey, _shareKey, _settings, _seed) = (null, null, null, []);
        _neighbours.Clear();
        _shares.Clear();
        _order.Clear();
        _stage = Stage.Unmask;
    }

    private static Wire.ConfigRecordValue Require(Wire.ConfigRecord record, string key) =>
        record.Items.FirstOrDefault(item => item.Key == key)?.Value
        ?? throw new PayloadException($"secure aggregation: {key} is missing");

    // Python sends an empty list as one of bools, and one with a large id as unsigned.
    private static List<ulong> Ids(Wire.ConfigRecordValue value) => value.ValueCase switch
    {
        Wire.ConfigRecordValue.ValueOneofCase.SintList => [.. value.SintList.Vals.Select(id => (ulong)id)],
        Wire.ConfigRecordValue.ValueOneofCase.UintList => [.. value.UintList.Vals],
        Wire.ConfigRecordValue.ValueOneofCase.BoolList when value.BoolList.Vals.Count == 0 => [],
        _ => throw new PayloadException("secure aggregation: a list of nodes is none"),
    };

    private static Wire.ConfigRecordValue Whole(List<ulong> ids)
    {
        if (ids.Count == 0)
            return new() { BoolList = new() };
        return ids.Any(id => id > long.MaxValue)
            ? new() { UintList = new() { Vals = { ids } } }
            : new() { SintList = new() { Vals = { ids.Select(id => (long)id) } } };
    }

    private static Wire.ConfigRecordValue Bytes(byte[] value) => new() { Bytes = ByteString.CopyFrom(value) };

    private static Wire.RecordDict Reply(params ReadOnlySpan<KeyValuePair<string, Wire.ConfigRecordValue>> values)
    {
        var record = new Wire.ConfigRecord();
        foreach (var (key, value) in values)
            record.Items.Add(new Wire.ConfigRecord.Types.Item { Key = key, Value = value });
        return new() { Items = { new Wire.RecordDict.Types.Item { Key = Configs, ConfigRecord = record } } };
    }
}
