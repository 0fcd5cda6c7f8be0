using System.Security.Cryptography;
using System.Text;

namespace Appliance.Store.Keys;

/// <summary>A 256-bit key of the store. Records are sealed with a key derived from it per kind, never with the key itself.</summary>
internal sealed class StoreKey
{
    internal const int Bytes = 32;
    internal const int IdBytes = 8;

    private readonly byte[] _key;

    internal StoreKey(ReadOnlySpan<byte> key)
    {
        if (key.Length != Bytes)
            throw new ArgumentException($"a key has {Bytes} bytes", nameof(key));
        _key = key.ToArray();
        Id = HMACSHA256.HashData(_key, "watchpost key id"u8)[..IdBytes];
    }

    /// <summary>Follows from the key, tells nothing about it; stored with each record.</summary>
    internal byte[] Id { get; }

    internal string Name => Convert.ToHexStringLower(Id);

    internal static StoreKey Make() => new(RandomNumberGenerator.GetBytes(Bytes));

    /// <summary>HKDF-SHA256 (RFC 5869) with the kind as info.</summary>
    internal byte[] Derive(string kind) =>
        HKDF.DeriveKey(HashAlgorithmName.SHA256, _key, Bytes, info: Encoding.UTF8.GetBytes("watchpost seal " + kind));

    internal string ToText() => Convert.ToBase64String(_key);
}
