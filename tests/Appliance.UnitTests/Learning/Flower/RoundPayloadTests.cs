using Appliance.Learning.Flower;
using Wire = Appliance.Learning.Flower.Wire;

namespace Appliance.UnitTests.Learning.Flower;

public class RoundPayloadTests
{
    [Fact]
    public void Read_MessageApi_TakesArraysConfigAndRound()
    {
        var records = Request("arrays", "config", [new("server-round", 3L), new("lr", 0.1), new("head", "calib")]);

        var task = RoundPayload.Read("train.fast", records, 7, "");

        Assert.Equal((RoundKind.Train, 7ul, 3L, false), (task.Kind, task.RunId, task.Round, task.IsPositional));
        Assert.Equal((0.1, "calib", 5.0), (task.Number("lr", 1), task.Text("head", "?"), task.Number("local-epochs", 5)));
        Assert.Equal(["calib.weight", "calib.bias"], task.Parameters.Select(array => array.Name));
    }

    [Fact]
    public void Write_MessageApiTrain_HasOneArrayAndOneMetricRecordWithTheAgreedKeys()
    {
        var task = RoundPayload.Read("train", Request("arrays", "config", []), 1, "");

        var reply = RoundPayload.Write(task, new(task.Parameters, 31, [new("train_loss", 0.25)]));

        var metrics = Assert.Single(reply.Items, item => item.MetricRecord is not null).MetricRecord;
        var arrays = Assert.Single(reply.Items, item => item.ArrayRecord is not null);
        Assert.Equal(["num-examples", "train_loss"], metrics.Items.Select(item => item.Key));
        Assert.Equal(31, metrics.Items[0].Value.Sint64);
        Assert.Equal(("arrays", "float32"), (arrays.Key, arrays.ArrayRecord.Items[0].Value.Dtype));
        Assert.Equal([1, 2], arrays.ArrayRecord.Items[0].Value.Shape);
    }

    [Fact]
    public void Write_LegacyTrain_HasTheFourRecordsAndPositionalKeys()
    {
        var task = RoundPayload.Read("train", Request("fitins.parameters", "fitins.config", []), 1, "12");

        var reply = RoundPayload.Write(task, new(task.Parameters, 31, [new("train_loss", 0.25), new("norm_bit", 1L)]));

        Assert.Equal(12, task.Round);
        Assert.Equal(
            ["fitres.parameters", "fitres.num_examples", "fitres.metrics", "fitres.status"], reply.Items.Select(item => item.Key));
        Assert.Equal(["0", "1"], reply.Items[0].ArrayRecord.Items.Select(item => item.Key));
        Assert.All(reply.Items[0].ArrayRecord.Items, item => Assert.Equal(("", 0), (item.Value.Dtype, item.Value.Shape.Count)));
        Assert.True(reply.Items[2].ConfigRecord.Items.Single(item => item.Key == "norm_bit").Value.Bool);
    }

    [Fact]
    public void Write_LegacyEvaluate_SaysLossAndExamplesApart()
    {
        var task = RoundPayload.Read("evaluate", Request("evaluateins.parameters", "evaluateins.config", []), 1, "1");

        var reply = RoundPayload.Write(task, new([], 8, [new("eval_acc", 0.9)], Loss: 0.4));

        Assert.Equal(0.4, reply.Items.Single(item => item.Key == "evaluateres.loss").MetricRecord.Items[0].Value.Double);
        Assert.Equal(8, reply.Items.Single(item => item.Key == "evaluateres.num_examples").MetricRecord.Items[0].Value.Sint64);
    }

    [Fact]
    public void Read_EmptyLegacyParameters_AreNone()
    {
        var record = new Wire.ArrayRecord { Items = { new Wire.ArrayRecord.Types.Item { Key = "_empty", Value = new() } } };

        Assert.Empty(RecordReading.Arrays(record));
    }

    [Theory]
    [InlineData("system")]
    [InlineData("")]
    [InlineData("trains")]
    public void Read_UnknownType_IsRefused(string type)
    {
        Assert.Throws<PayloadException>(() => RoundPayload.Read(type, Request("arrays", "config", []), 1, ""));
    }

    [Fact]
    public void Read_TwoArrayOrConfigRecords_AreRefused()
    {
        var arrays = Request("arrays", "config", []);
        arrays.Items.Add(Request("more", "config", []).Items[0]);
        var configs = Request("arrays", "config", []);
        configs.Items.Add(RoundPayload.Config("other", []));

        Assert.Throws<PayloadException>(() => RoundPayload.Read("train", arrays, 1, ""));
        Assert.Throws<PayloadException>(() => RoundPayload.Read("train", configs, 1, ""));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void Read_NotFinite_IsRefused(float value)
    {
        var records = new Wire.RecordDict { Items = { Arrays("arrays", [new("x", [1], [value])]) } };

        Assert.Throws<PayloadException>(() => RoundPayload.Read("train", records, 1, ""));
    }

    private static Wire.RecordDict Request(string arrays, string config, IEnumerable<KeyValuePair<string, object>> values) => new()
    {
        Items =
        {
            Arrays(arrays, [new("calib.weight", [1, 2], [1, 2]), new("calib.bias", [1], [0])]),
            RoundPayload.Config(config, values),
        },
    };

    private static Wire.RecordDict.Types.Item Arrays(string name, ParameterArray[] arrays)
    {
        var record = new Wire.ArrayRecord();
        foreach (var array in arrays)
            record.Items.Add(new Wire.ArrayRecord.Types.Item { Key = array.Name, Value = RecordReading.Array(array, legacy: false) });
        return new() { Key = name, ArrayRecord = record };
    }
}
