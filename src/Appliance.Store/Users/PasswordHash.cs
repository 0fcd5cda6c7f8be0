using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Appliance.Store.Users;

/// <summary>PBKDF2-HMAC-SHA256 (RFC 8018): format 1, rounds (4 bytes), salt (16), key (32). Rounds travel with the hash, so they can rise.</summary>
internal static class PasswordHash
{
    internal const int Rounds = 600_000;

    private const byte Format = 1;
    private const int SaltBytes = 16;
    private const int KeyBytes = 32;
    private const int Bytes = 1 + 4 + SaltBytes + KeyBytes;

    /// <summary>Checked in place of a user who does not exist, so that the answer takes as long.</summary>
    internal static byte[] Decoy { get; } = Assemble(Rounds, new byte[SaltBytes], new byte[KeyBytes]);

    internal static byte[] Make(string password)
    {
        var salt = RandomNumberGenerator.GetBytes(SaltBytes);
        return Assemble(Rounds, salt, Derive(password, salt, Rounds));
    }

    internal static bool Matches(string password, ReadOnlySpan<byte> stored)
    {
        if (stored.Length != Bytes || stored[0] != Format)
            return false;
        var derived = Derive(password, stored.Slice(5, SaltBytes), BinaryPrimitives.ReadInt32LittleEndian(stored[1..]));
        return CryptographicOperations.FixedTimeEquals(derived, stored[(5 + SaltBytes)..]);
    }

    private static byte[] Derive(string password, ReadOnlySpan<byte> salt, int rounds) =>
        Rfc2898DeriveBytes.Pbkdf2(Encoding.UTF8.GetBytes(password), salt, rounds, HashAlgorithmName.SHA256, KeyBytes);

    private static byte[] Assemble(int rounds, byte[] salt, byte[] key)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(number, rounds);
        return [Format, .. number, .. salt, .. key];
    }
}
