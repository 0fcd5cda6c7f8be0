using System.Security.Cryptography;
using System.Text;
using Appliance.Learning.SecureAggregation;

namespace Appliance.UnitTests.Learning.SecureAggregation;

/// <summary>Check values made with Flower's own code, and those of the Fernet specification.</summary>
public class PrimitivesTests
{
    private const string PrivateA =
        "-----BEGIN PRIVATE KEY-----\nMIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDAAAAAAAAAAAAAAAAAA\nAAAAAAAAAAAAAAASNFZ4kKvN7xI0VniQq83vEjRWeJCrze+hZANiAAQOKm3snStm\n"
        + "Bo9E1mIwMWRo+HkGKwBi9uZMgSY+7yfICYDCud3QQ0wCvVo3WbBpkg9rnzlnt4zX\n5kUyoZYTM98rDAu0k12XVSSXFlYYfcJRO+eAoKEbhVSZBDliw1+Qswg=\n-----END PRIVATE KEY-----\n";

    private const string PublicB =
        "-----BEGIN PUBLIC KEY-----\nMHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEs7zpS/P2k+ECyU/+mre2+qK9Tdd1CLoU\nq8UlR9xpxEBmiTPNZXidmED4Eqr2aUH7ZiKL8xtm/rHkIZSiOlbfi/Yz0fA9dWrD\n"
        + "q8xBN+QZ9+sZqT6VrQijO2PbMYfvQdgQ\n-----END PUBLIC KEY-----\n";

    private static readonly string[] s_flowersShares =
    [
        "01000000cc7ab41418989f79961511db2a76d4b9774ab20bd6cee407a0e1d1ed3f4612bfe159016c763533eca8b499986ea2eb2a",
        "02000000e0d0d0ecd9e496905a1198d8d802fd46ed0034af3cc602aae981f5efdb7c118977804d9ba72dd0782dc8b0d308b09deb",
        "030000002cab66fbc5790feec40d8308fe7927f08a5b94b7fe1df0ba51793e19f8271d29b6f86ed4f53dc5b38d7421436e1a7ec9",
        "0400000021385cdb2cacae8014baba62c7f3f21524aac55df020fd1efa8d259095835aecda2759cabe97bdb8d16f16513ecc6ec7",
        "05000000ed43eacc303137fe8aa6a1b2e18828a343f1654532fb0f0e4275ee66b6d8564c1b5f7a85ec87a87371d387c158668de5",
    ];

    [Theory]
    [InlineData(1L << 32, new[] { 2357136044L, 2546248239, 3071714933, 3626093760, 2588848963, 3684848379, 2340255427 })]
    [InlineData(1L << 24, new[] { 8325804L, 12888623, 1484405, 2215104, 5157699, 10638075, 8222403 })]
    public void MaskStream_SeedOfTheNotes_GivesTheMasksOfTheNotes(long modulus, long[] expected)
    {
        var masks = new MaskStream([.. Enumerable.Range(0, 32).Select(i => (byte)i)], modulus);

        Assert.Equal(expected, expected.Select(_ => masks.Next()));
    }

    [Theory]
    [InlineData(1L << 32)]
    [InlineData(1000)]
    [InlineData(1L << 40)]
    [InlineData(2)]
    public void MaskStream_AddedAndTakenAway_LeavesTheValues(long modulus)
    {
        long[] values = [0, 1, modulus - 1, modulus / 2];
        var masked = values.ToArray();
        byte[] seed = [9, 8, 7, 6];

        new MaskStream(seed, modulus).Apply(masked, modulus, subtract: false);
        Assert.All(masked, value => Assert.InRange(value, 0, modulus - 1));
        new MaskStream(seed, modulus).Apply(masked, modulus, subtract: true);

        Assert.Equal(values, masked);
    }

    [Fact]
    public void AgreeWith_KeysOfFlower_GivesItsSharedKey()
    {
        using var key = AgreementKey.FromPem(PrivateA);

        Assert.Equal("EHROMFdgbLwWZoSCMKfIhCm9tlauwkW2MPIvFN-emYM=", key.AgreeWith(Encoding.ASCII.GetBytes(PublicB)));
        Assert.Equal(306, key.PrivatePem().Length);
        Assert.Equal(PrivateA, Encoding.ASCII.GetString(key.PrivatePem()));
    }

    [Fact]
    public void Combine_SharesOfFlower_GiveItsSecret()
    {
        var shares = s_flowersShares.Select(Convert.FromHexString).ToArray();

        Assert.Equal(Enumerable.Range(0, 40).Select(i => (byte)i), ShamirCombine.Combine([shares[4], shares[1], shares[2]]));
    }

    [Theory]
    [InlineData(0, 1, 1)]
    [InlineData(32, 3, 5)]
    [InlineData(306, 4, 7)]
    public void Split_AnyThresholdOfShares_GivesTheSecretBack(int length, int threshold, int count)
    {
        var secret = RandomNumberGenerator.GetBytes(length);

        var shares = Shamir.Split(secret, threshold, count);

        Assert.Equal(secret, ShamirCombine.Combine([.. shares.Reverse().Take(threshold)]));
        if (threshold > 1)
            Assert.NotEqual(secret, ShamirCombine.Combine([.. shares.Take(threshold - 1)]));
    }

    [Fact]
    public void Fernet_OfTheSpecification_IsTheSameToken()
    {
        const string Key = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
        var time = DateTimeOffset.Parse("1985-10-26T01:20:00-07:00", System.Globalization.CultureInfo.InvariantCulture);

        var token = Fernet.Encrypt(Key, "hello"u8, time, [.. Enumerable.Range(0, 16).Select(i => (byte)i)]);

        Assert.Equal(
            "gAAAAAAdwJ6wAAECAwQFBgcICQoLDA0ODy021cpGVWKZ_eEwCGM4BLLF_5CV9dOPmrhuVUPgJobwOz7JcbmrR64jVmpU4IwqDA==",
            Encoding.ASCII.GetString(token));
        Assert.Equal("hello"u8.ToArray(), Fernet.Decrypt(Key, token));
    }

    [Fact]
    public void Fernet_ChangedOrForSomeoneElse_IsRefused()
    {
        var (key, other) = (Fernet.Padded(RandomNumberGenerator.GetBytes(32)), Fernet.Padded(RandomNumberGenerator.GetBytes(32)));
        var token = Fernet.Encrypt(key, "share"u8, DateTimeOffset.UnixEpoch);

        var changed = token.ToArray();
        changed[40] = changed[40] == (byte)'A' ? (byte)'B' : (byte)'A';

        Assert.Throws<CryptographicException>(() => Fernet.Decrypt(other, token));
        Assert.Throws<CryptographicException>(() => Fernet.Decrypt(key, changed));
        Assert.Throws<CryptographicException>(() => Fernet.Decrypt(key, "not base64!"u8));
    }

    [Fact]
    public void Quantize_ManyTimes_KeepsTheMean()
    {
        var settings = new SecAggSettings(3, 3, 2, 16, 1L << 32, 8, 1000);
        var random = new Random(7);
        var weight = Quantizer.Weight(500, settings);

        var mean = Enumerable.Range(0, 4000).Average(_ => (double)Quantizer.Quantize([1.3f], weight, settings, random.NextDouble)[0]);

        // 500 of 1000 = 8/16 of the value: (0.65 + 8) * 16 / 16.
        Assert.Equal(8, weight);
        Assert.Equal(8.65, mean, tolerance: 0.05);
    }
}
