using System.Buffers.Binary;
using System.Security.Cryptography;
using Appliance.Store.Users;

namespace Appliance.UnitTests.Store;

public class PasswordHashTests
{
    [Fact]
    public void Make_AnyPassword_IsPbkdf2Sha256WithSixHundredThousandRoundsAndItsOwnSalt()
    {
        var stored = PasswordHash.Make("a long enough passphrase");

        var rounds = BinaryPrimitives.ReadInt32LittleEndian(stored.AsSpan(1));
        Assert.Equal(600_000, rounds);
        Assert.Equal(
            Rfc2898DeriveBytes.Pbkdf2("a long enough passphrase", stored[5..21], rounds, HashAlgorithmName.SHA256, 32), stored[21..]);
        Assert.NotEqual(stored[5..21], PasswordHash.Make("a long enough passphrase")[5..21]);
    }

    [Fact]
    public void Matches_RightAndWrong_TellsThemApart()
    {
        var stored = PasswordHash.Make("a long enough passphrase");

        Assert.True(PasswordHash.Matches("a long enough passphrase", stored));
        Assert.False(PasswordHash.Matches("a long enough passphrasf", stored));
        Assert.False(PasswordHash.Matches("a long enough passphrase", stored.AsSpan(0, stored.Length - 1)));
        Assert.False(PasswordHash.Matches("", PasswordHash.Decoy));
    }
}
