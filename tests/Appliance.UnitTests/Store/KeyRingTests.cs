using Appliance.Store;
using Appliance.Store.Keys;

namespace Appliance.UnitTests.Store;

public class KeyRingTests
{
    private static readonly SealedFor s_record = SealedFor.Template("person", "photo", "net");
    private static readonly byte[] s_plain = [1, 2, 3, 4, 5];

    [Fact]
    public void Open_WhatWasSealed_ReturnsIt()
    {
        var ring = new KeyRing(StoreKey.Make(), []);

        var sealedBytes = ring.Seal(s_record, s_plain);

        Assert.Equal(s_plain, ring.Open(s_record, sealedBytes));
        Assert.Equal(s_plain.Length + KeyRing.Overhead, sealedBytes.Length);
        Assert.NotEqual(sealedBytes, ring.Seal(s_record, s_plain));
    }

    [Fact]
    public void Open_AnyBitFlipped_IsRefused()
    {
        var ring = new KeyRing(StoreKey.Make(), []);
        var sealedBytes = ring.Seal(s_record, s_plain);

        for (var bit = 0; bit < sealedBytes.Length * 8; bit++)
        {
            var changed = (byte[])sealedBytes.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Throws<StoreException>(() => ring.Open(s_record, changed));
        }

        for (var length = 0; length < sealedBytes.Length; length++)
            Assert.Throws<StoreException>(() => ring.Open(s_record, sealedBytes.AsSpan(0, length)));
    }

    public static TheoryData<string, string, string> Others => new()
    {
        { "image", "person", "photo\nnet" },
        { "template", "another", "photo\nnet" },
        { "template", "person", "other\nnet" },
        { "template", "person", "photo\nnet2" },
        { "template", "personp", "hoto\nnet" },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void Open_AsAnotherRecord_IsRefused(string kind, string id, string part)
    {
        var ring = new KeyRing(StoreKey.Make(), []);
        var sealedBytes = ring.Seal(s_record, s_plain);

        var fault = Assert.Throws<StoreException>(() => ring.Open(new(kind, id, part), sealedBytes));

        Assert.Equal(StoreFault.Tampered, fault.Fault);
    }

    [Fact]
    public void Open_AfterTheKeyWasForgotten_SaysKeyMissing()
    {
        var old = StoreKey.Make();
        var ring = new KeyRing(old, []);
        var sealedBytes = ring.Seal(s_record, s_plain);
        ring.Activate(StoreKey.Make());

        Assert.Equal(s_plain, ring.Open(s_record, sealedBytes));
        ring.Forget(old);

        Assert.Equal(StoreFault.KeyMissing, Assert.Throws<StoreException>(() => ring.Open(s_record, sealedBytes)).Fault);
    }
}
