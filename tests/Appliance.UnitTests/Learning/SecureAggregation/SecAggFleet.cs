using System.Globalization;
using Appliance.Learning.Flower;
using Appliance.Learning.SecureAggregation;
using Google.Protobuf;
using Wire = Appliance.Learning.Flower.Wire;

namespace Appliance.UnitTests.Learning.SecureAggregation;

/// <summary>The server of SecAgg+ with its clients in one process: relays, combines, takes masks away.</summary>
internal sealed class SecAggFleet
{
    private const long TargetRange = 1L << 22;
    private const long ModRange = 1L << 32;
    private const double Clip = 8;
    private const double MaxWeight = 1000;

    private readonly Func<ulong, Wire.RecordDict, Func<long, Task<RoundAnswer.Done>>, Task<Wire.RecordDict>> _ask;
    private readonly Dictionary<ulong, Dictionary<ulong, ByteString>> _tokens = [];
    private readonly Dictionary<ulong, List<NpyArray>> _masked = [];
    private readonly ulong[] _nodes;
    private readonly int _threshold;

    /// <param name="nodes">Ids.</param>
    /// <param name="threshold">Shares needed.</param>
    /// <param name="ask">Brings a message to a node and its answer back; the last argument is for nodes in this process.</param>
    public SecAggFleet(
        ulong[] nodes, int threshold, Func<ulong, Wire.RecordDict, Func<long, Task<RoundAnswer.Done>>, Task<Wire.RecordDict>> ask) =>
        (_nodes, _threshold, _ask) = (nodes, threshold, ask);

    public Dictionary<ulong, ByteString[]> PublicKeys { get; } = [];

    public static async Task<SecAggFleet> Start(ulong[] nodes, int threshold)
    {
        var clients = nodes.ToDictionary(id => id, id => new SecAggClient(id));
        var fleet = new SecAggFleet(nodes, threshold, (id, message, train) => clients[id].Handle(message, train));
        await fleet.Setup();
        return fleet;
    }

    public static Wire.RecordDict SetupMessage(int shares, int threshold) => new()
    {
        Items =
        {
            RoundPayload.Config("secaggplus_configs",
            [
                new("stage", "setup"), new("sample_num", (long)shares), new("share_num", (long)shares), new("threshold", (long)threshold),
                new("target_range", TargetRange), new("mod_range", ModRange), new("clipping_range", Clip), new("max_weight", MaxWeight),
            ]),
        },
    };

    public async Task Setup()
    {
        foreach (var id in _nodes)
        {
            var reply = await _ask(id, SetupMessage(_nodes.Length, _threshold), NoTraining);
            PublicKeys[id] = [Value(reply, "pk1").Bytes, Value(reply, "pk2").Bytes];
        }
    }

    public async Task ShareKeys()
    {
        foreach (var id in _nodes)
            await ShareKeysOf(id);
    }

    public async Task ShareKeysOf(ulong id)
    {
        var message = Message("share_keys");
        foreach (var (other, keys) in PublicKeys)
        {
            message.Items[0].ConfigRecord.Items.Add(new Wire.ConfigRecord.Types.Item
            {
                Key = other.ToString(CultureInfo.InvariantCulture),
                Value = new() { BytesList = new() { Vals = { keys } } },
            });
        }

        var reply = await _ask(id, message, NoTraining);
        var to = Ids(Value(reply, "dsts"));
        var tokens = Value(reply, "ctxts").BytesList.Vals;
        _tokens[id] = to.Zip(tokens).ToDictionary(pair => pair.First, pair => pair.Second);
    }

    public async Task Collect(Dictionary<ulong, float[]> values, long examples)
    {
        foreach (var (id, own) in values)
        {
            await CollectFrom(
                id, [], _ => Task.FromResult(new RoundAnswer.Done([new("0", [1, own.Length], own)], examples, [new("train_loss", 0.1)])));
        }
    }

    /// <param name="id">Who is asked.</param>
    /// <param name="records">Parameters and configuration that go with it.</param>
    /// <param name="train">What a node in this process answers.</param>
    public async Task CollectFrom(ulong id, IEnumerable<Wire.RecordDict.Types.Item> records, Func<long, Task<RoundAnswer.Done>> train)
    {
        var from = _nodes.Where(other => other != id).ToArray();
        var message = Message("collect_masked_vectors");
        Add(message, "srcs", from);
        message.Items[0].ConfigRecord.Items.Add(new Wire.ConfigRecord.Types.Item
        {
            Key = "ctxts",
            Value = new() { BytesList = new() { Vals = { from.Select(other => _tokens[other][id]) } } },
        });
        message.Items.Add(records);
        var reply = await _ask(id, message, train);
        _masked[id] = [.. Value(reply, "masked_params").BytesList.Vals.Select(file => NpyArray.Read(file.Span, 100))];
        Assert.Equal("_empty", reply.Items.Single(item => item.Key == "fitres.parameters").ArrayRecord.Items.Single().Key);
    }

    public async Task<Wire.RecordDict> AskUnmask(ulong id, ulong[] active, ulong[] dead)
    {
        var message = Message("unmask");
        Add(message, "active_nids", active);
        Add(message, "dead_nids", dead);
        return await _ask(id, message, NoTraining);
    }

    /// <summary>Sum of the weights (as a share of the largest) and the weighted mean of the values.</summary>
    public async Task<(double Weight, double[] Mean)> Unmask(ulong[] dead)
    {
        var active = _nodes.Except(dead).ToArray();
        var shares = _nodes.ToDictionary(id => id, _ => new List<byte[]>());
        foreach (var id in active)
        {
            var reply = await AskUnmask(id, active, dead);
            foreach (var (about, share) in Ids(Value(reply, "nids")).Zip(Value(reply, "shares").BytesList.Vals))
                shares[about].Add(share.ToByteArray());
        }

        var sums = _masked[active[0]].Select(array => new long[array.ToLongs().Length]).ToList();
        foreach (var array in active.SelectMany(id => _masked[id].Select((values, index) => (values, index))))
        {
            var values = array.values.ToLongs();
            for (var i = 0; i < values.Length; i++)
                sums[array.index][i] = (sums[array.index][i] + values[i]) % ModRange;
        }

        foreach (var id in active)
            Apply(sums, ShamirCombine.Combine([.. shares[id].Take(_threshold)]), subtract: true);
        foreach (var id in dead)
        {
            using var key = AgreementKey.FromPem(System.Text.Encoding.ASCII.GetString(ShamirCombine.Combine([.. shares[id].Take(_threshold)])));
            foreach (var other in active)
            {
                // The living added it when their id was larger.
                Apply(sums, System.Text.Encoding.ASCII.GetBytes(key.AgreeWith(PublicKeys[other][0].Span)), subtract: other > id);
            }
        }

        var weight = sums[0][0] / (double)TargetRange;
        return (weight, [.. sums[1].Select(sum => ((sum * 2 * Clip / TargetRange) - (active.Length * Clip)) / weight)]);
    }

    private static void Apply(List<long[]> sums, byte[] seed, bool subtract)
    {
        var masks = new MaskStream(seed, ModRange);
        foreach (var sum in sums)
            masks.Apply(sum, ModRange, subtract);
    }

    private static Task<RoundAnswer.Done> NoTraining(long most) => throw new InvalidOperationException("nobody asked for training");

    private static Wire.RecordDict Message(string stage) =>
        new() { Items = { RoundPayload.Config("secaggplus_configs", [new("stage", stage)]) } };

    private static void Add(Wire.RecordDict message, string key, ulong[] ids) =>
        message.Items[0].ConfigRecord.Items.Add(new Wire.ConfigRecord.Types.Item
        {
            Key = key,
            Value = ids.Length == 0 ? new() { BoolList = new() } : new() { UintList = new() { Vals = { ids } } },
        });

    private static Wire.ConfigRecordValue Value(Wire.RecordDict records, string key) =>
        records.Items.Single(item => item.Key == "secaggplus_configs").ConfigRecord.Items.Single(item => item.Key == key).Value;

    private static IEnumerable<ulong> Ids(Wire.ConfigRecordValue value) => value.UintList is { } unsigned
        ? unsigned.Vals
        : value.SintList is { } signed ? signed.Vals.Select(id => (ulong)id) : [];
}
