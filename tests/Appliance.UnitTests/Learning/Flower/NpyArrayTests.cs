using System.Text;
using Appliance.Learning.Flower;

namespace Appliance.UnitTests.Learning.Flower;

public class NpyArrayTests
{
    [Theory]
    [InlineData(new int[0], "()")]
    [InlineData(new[] { 3 }, "(3,)")]
    [InlineData(new[] { 2, 3 }, "(2, 3)")]
    public void Write_AnyShape_IsWhatNumpySaves(int[] shape, string text)
    {
        var values = new float[shape.Aggregate(1, (product, each) => product * each)];

        var file = NpyArray.Write(shape, values);

        var header = Encoding.ASCII.GetString(file, 10, file.Length - 10 - (4 * values.Length));
        Assert.Equal($"{{'descr': '<f4', 'fortran_order': False, 'shape': {text}, }}", header.TrimEnd());
        Assert.Equal([0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0], file[..8]);
        Assert.Equal(0, (10 + header.Length) % 64);
        Assert.EndsWith("\n", header);
    }

    [Fact]
    public void Read_WhatWasWritten_IsTheSame()
    {
        float[] values = [1, -2.5f, float.Epsilon, 4, 5, 6];

        var array = NpyArray.Read(NpyArray.Write([2, 3], values), 6);

        Assert.Equal(values, array.ToFloats());
        Assert.Equal([2, 3], array.Shape);
        Assert.Equal("float32", array.DtypeName);
    }

    [Fact]
    public void Read_FortranOrder_IsTurnedIntoCOrder()
    {
        // [[1, 2, 3], [4, 5, 6]] column by column.
        var file = Altered("'fortran_order': False", "'fortran_order': True ", NpyArray.Write([2, 3], (float[])[1, 4, 2, 5, 3, 6]));

        Assert.Equal([1, 2, 3, 4, 5, 6], NpyArray.Read(file, 6).ToFloats());
    }

    [Fact]
    public void Read_VersionTwo_HasALongerLength()
    {
        var one = NpyArray.Write([1], (float[])[7]);
        byte[] two = [.. one[..6], 2, 0, one[8], one[9], 0, 0, .. one[10..]];

        Assert.Equal([7], NpyArray.Read(two, 1).ToFloats());
    }

    [Fact]
    public void Read_WholeNumbers_AreKept()
    {
        long[] values = [long.MinValue, 0, long.MaxValue];

        Assert.Equal(values, NpyArray.Read(NpyArray.Write([3], values), 3).ToLongs());
    }

    [Theory]
    [InlineData("<f4", "|O")]
    [InlineData("<f4", ">f4")]
    [InlineData("<f4", "<c8")]
    [InlineData("(2,)", "(3,)")]
    [InlineData("(2,)", "(x,)")]
    [InlineData("(2,)", "(99,)")]
    [InlineData("'shape'", "'shapf'")]
    public void Read_NotWhatIsTaken_IsRefused(string from, string to)
    {
        var file = Altered(from, to, NpyArray.Write([2], (float[])[1, 2]));

        Assert.Throws<PayloadException>(() => NpyArray.Read(file, 50));
    }

    [Fact]
    public void Read_AnyPrefix_IsRefusedAndNothingElseHappens()
    {
        var file = NpyArray.Write([2], (float[])[1, 2]);

        for (var length = 0; length < file.Length; length++)
            Assert.Throws<PayloadException>(() => NpyArray.Read(file.AsSpan(0, length), 50));
    }

    private static byte[] Altered(string from, string to, byte[] file)
    {
        // Latin-1 keeps every byte.
        var text = Encoding.Latin1.GetString(file);
        var spare = to.Length - from.Length;
        text = text.Replace(from, to);
        if (spare > 0)
            text = text.Replace(new string(' ', spare) + "\n", "\n");
        return Encoding.Latin1.GetBytes(spare < 0 ? text.Replace("\n", new string(' ', -spare) + "\n") : text);
    }
}
