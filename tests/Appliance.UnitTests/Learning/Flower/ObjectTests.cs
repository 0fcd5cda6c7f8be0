using Appliance.Learning.Flower;
using Google.Protobuf;
using Wire = Appliance.Learning.Flower.Wire;

namespace Appliance.UnitTests.Learning.Flower;

/// <summary>Ids as a running Flower gives them.</summary>
public class ObjectTests
{
    [Theory]
    [InlineData(
        new[] { 1 }, false,
        "d2a449d92df415f873853eac304e814997ab38b37c9bf9ba60fe3087c293c237",
        "b2c8d36c9de07e776f162c31b97e715228f1108012350973856d158901237f1b")]
    [InlineData(
        new[] { 1, 8 }, true,
        "442f626f568fe83a728e22acda185565452641ed1fcf49599cfee8567d432efc",
        "05c97c6f956d0bcc50f83c255cec8d536e2829afc973ef48c8446694d76c1884")]
    public void Add_Array_HasTheIdsOfFlower(int[] shape, bool rising, string chunk, string array)
    {
        var values = new float[shape[^1]];
        for (var i = 0; rising && i < values.Length; i++)
            values[i] = i;
        var writer = new ObjectWriter();

        var tree = writer.Add(RecordReading.Array(new("x", shape, values), legacy: false));

        Assert.Equal(array, tree.ObjectId);
        Assert.Equal(chunk, tree.Children.Single().ObjectId);
        Assert.All(writer.Objects, pair => Assert.Equal(pair.Key, FlowerObject.IdOf(pair.Value)));
    }

    [Fact]
    public void ReadContent_WhatWasWritten_IsTheSame()
    {
        var message = Message();
        var writer = new ObjectWriter();

        var tree = writer.Add(message);
        var read = new ObjectReader(writer.Objects).ReadContent(tree.ObjectId);

        Assert.Equal(message.Content, read);
    }

    [Fact]
    public void Add_LargeArrayOfEqualChunks_StoresOneAndNamesItTwice()
    {
        var array = new Wire.Array { Dtype = "float32", Data = ByteString.CopyFrom(new byte[2 * ObjectWriter.ChunkBytes]) };
        var writer = new ObjectWriter();

        var tree = writer.Add(array);

        Assert.Single(tree.Children);
        Assert.Contains("\"arraychunk_ids\": [0, 0]", System.Text.Encoding.UTF8.GetString(writer.Objects[tree.ObjectId]));
    }

    [Fact]
    public void Add_Error_HasNoChildren()
    {
        var writer = new ObjectWriter();

        var tree = writer.Add(new Wire.Message { Metadata = new() { RunId = 1 }, Error = new() { Code = 2, Reason = "no data" } });

        Assert.Empty(tree.Children);
        Assert.Null(new ObjectReader(writer.Objects).ReadContent(tree.ObjectId));
    }

    [Fact]
    public void ReadContent_ObjectMissingOrOfAnotherType_IsRefused()
    {
        var writer = new ObjectWriter();
        var tree = writer.Add(Message());
        var objects = writer.Objects.ToDictionary();
        var arrayRecord = tree.Children[0].Children[0].ObjectId;

        var swapped = new Dictionary<string, byte[]>(objects)
        {
            [arrayRecord] = FlowerObject.Compose("Unknown", [], "{}"u8),
        };
        objects.Remove(arrayRecord);

        Assert.Throws<PayloadException>(() => new ObjectReader(objects).ReadContent(tree.ObjectId));
        Assert.Throws<PayloadException>(() => new ObjectReader(swapped).ReadContent(tree.ObjectId));
    }

    [Theory]
    [InlineData("ArrayChunk  3\0abc", true)]
    [InlineData("ArrayChunk 3\0abc", false)]
    [InlineData("ArrayChunk  4\0abc", false)]
    [InlineData("Array nothex 3\0abc", false)]
    [InlineData("ArrayChunk  3abc", false)]
    public void Parse_Header_MustFitTheBytes(string text, bool isGood)
    {
        var bytes = System.Text.Encoding.ASCII.GetBytes(text);

        if (isGood)
            Assert.Equal(3, FlowerObject.Parse(bytes).Body.Length);
        else
            Assert.Throws<PayloadException>(() => FlowerObject.Parse(bytes));
    }

    private static Wire.Message Message()
    {
        var records = RoundPayload.Write(
            new() { Kind = RoundKind.Train },
            new([new("calib.weight", [1, 2], [1, 2]), new("calib.bias", [1], [0])], 40, [new("train_loss", 0.5)]));
        records.Items.Add(RoundPayload.Config("config", [new("lr", 0.05), new("head", "calib"), new("on", true)]));
        return new() { Metadata = new() { RunId = ulong.MaxValue, MessageType = "train" }, Content = records };
    }
}
