using Appliance.Store;
using Appliance.Store.Evidence.Files;

namespace Appliance.UnitTests.Store.Evidence;

public class SealedStreamTests
{
    private const int Chunk = SealedStream.ChunkBytes;
    private const int Whole = Chunk + SealedStream.TagBytes;

    private static readonly byte[] s_key = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(Chunk - 1)]
    [InlineData(Chunk)]
    [InlineData(Chunk + 1)]
    [InlineData(3 * Chunk)]
    public void Read_WhatWasWritten_ReturnsIt(int length)
    {
        var plain = Plain(length);

        using var reader = Open(Seal(plain));

        Assert.Equal(plain.Length, reader.Length);
        Assert.Equal(plain, ReadAll(reader));
    }

    [Fact]
    public void Read_FromTheMiddle_ReturnsThatPart()
    {
        var plain = Plain((2 * Chunk) + 100);
        using var reader = Open(Seal(plain));
        var part = new byte[150];

        foreach (var at in (int[])[0, 7, Chunk - 20, Chunk, (2 * Chunk) - 1, (2 * Chunk) + 50])
        {
            reader.Position = at;
            var read = reader.ReadAtLeast(part, part.Length, throwOnEndOfStream: false);
            Assert.Equal(plain.AsSpan(at, Math.Min(150, plain.Length - at)), part.AsSpan(0, read));
        }
    }

    [Fact]
    public void Read_CutOffAnywhere_IsNamedSo()
    {
        var file = Seal(Plain((2 * Chunk) + 100));

        foreach (var length in (int[])[0, 5, 16, 17, 31, 16 + Whole, 16 + Whole + 8, 16 + (2 * Whole), file.Length - 1])
        {
            var fault = Assert.Throws<StoreException>(() => Open(file[..length]).Dispose());
            Assert.Equal(StoreFault.Tampered, fault.Fault);
        }

        Assert.Contains("cut off", Message(file[..(16 + Whole)]), StringComparison.Ordinal);
        Assert.Contains("cut off", Message(file[..(16 + (2 * Whole))]), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_BitFlipped_NamesTheChunk()
    {
        var file = Seal(Plain((2 * Chunk) + 100));

        file[16 + Whole + 77] ^= 4;

        Assert.Contains("changed in chunk 2 of 3", Message(file), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_EveryByteOfASmallFileFlipped_IsRefused()
    {
        var file = Seal(Plain(40));

        for (var i = 0; i < file.Length; i++)
        {
            var changed = (byte[])file.Clone();
            changed[i] ^= 1;
            Assert.Contains("changed", Message(changed), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Read_ChunksSwapped_NamesBoth()
    {
        var file = Seal(Plain((2 * Chunk) + 100));
        var swapped = (byte[])file.Clone();
        file.AsSpan(16, Whole).CopyTo(swapped.AsSpan(16 + Whole));
        file.AsSpan(16 + Whole, Whole).CopyTo(swapped.AsSpan(16));

        Assert.Contains("reordered: at chunk 1 lies what was written as chunk 2", Message(swapped), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_ChunkOfAnotherFile_IsRefused()
    {
        var (file, other) = (Seal(Plain(Chunk + 100)), Seal(Plain(Chunk + 100)));

        other.AsSpan(16, Whole).CopyTo(file.AsSpan(16));

        Assert.Contains("changed in chunk 1", Message(file), StringComparison.Ordinal);
    }

    private static string Message(byte[] file) => Assert.Throws<StoreException>(() =>
    {
        using var reader = Open(file);
        ReadAll(reader);
    }).Message;

    private static SealedReader Open(byte[] file) => new(new MemoryStream(file), s_key, "clip.mp4");

    private static byte[] ReadAll(SealedReader reader)
    {
        using var all = new MemoryStream();
        reader.CopyTo(all);
        return all.ToArray();
    }

    private static byte[] Seal(byte[] plain)
    {
        using var file = new MemoryStream();
        using var writer = new SealedWriter(file, s_key);
        for (var at = 0; at < plain.Length; at += 1000)
            writer.Write(plain.AsSpan(at, Math.Min(1000, plain.Length - at)));
        writer.Finish();
        return file.ToArray();
    }

    private static byte[] Plain(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }
}
