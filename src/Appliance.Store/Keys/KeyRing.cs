using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Appliance.Store.Keys;

/// <summary>
/// Seals records with AES-256-GCM. A sealed record is: version (1), key id (8 bytes), nonce (12, random), ciphertext, tag (16);
/// everything before the ciphertext and the record's identity are authenticated. New records use the active key, old ones open
/// with the key they name.
/// </summary>
internal sealed class KeyRing
{
    internal const int Overhead = HeaderBytes + TagBytes;

    /// <summary>Where the key id lies in a sealed record, as SQL's substr counts.</summary>
    internal const int SqlKeyIdAt = 2;

    private const byte Format = 1;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int HeaderBytes = 1 + StoreKey.IdBytes + NonceBytes;

    private readonly ConcurrentDictionary<string, StoreKey> _keys = new();
    private readonly ConcurrentDictionary<(string Key, string Kind), byte[]> _derived = new();
    private volatile StoreKey _active;

    internal KeyRing(StoreKey active, IEnumerable<StoreKey> older)
    {
        _active = active;
        foreach (var key in older.Append(active))
            _keys[key.Name] = key;
    }

    internal StoreKey Active => _active;

    internal IEnumerable<StoreKey> Retiring => _keys.Values.Where(key => key.Name != _active.Name);

    internal bool Holds(ReadOnlySpan<byte> keyId) => _keys.ContainsKey(Convert.ToHexStringLower(keyId));

    internal void Activate(StoreKey key)
    {
        _keys[key.Name] = key;
        _active = key;
    }

    internal void Forget(StoreKey key)
    {
        _keys.TryRemove(key.Name, out _);
        foreach (var (id, derived) in _derived)
        {
            if (id.Key == key.Name && _derived.TryRemove(id, out _))
                CryptographicOperations.ZeroMemory(derived);
        }
    }

    /// <summary>Call it on the writer's thread only: then no record sealed with a retired key can arrive late.</summary>
    internal byte[] Seal(SealedFor record, ReadOnlySpan<byte> plain)
    {
        var key = _active;
        var sealedBytes = new byte[HeaderBytes + plain.Length + TagBytes];
        sealedBytes[0] = Format;
        key.Id.CopyTo(sealedBytes, 1);
        var nonce = sealedBytes.AsSpan(1 + StoreKey.IdBytes, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(Derived(key, record.Kind), TagBytes);
        aes.Encrypt(
            nonce, plain, sealedBytes.AsSpan(HeaderBytes, plain.Length), sealedBytes.AsSpan(HeaderBytes + plain.Length), Bound(record, sealedBytes));
        return sealedBytes;
    }

    /// <exception cref="StoreException"><see cref="StoreFault.KeyMissing"/>, <see cref="StoreFault.Tampered"/>.</exception>
    internal byte[] Open(SealedFor record, ReadOnlySpan<byte> sealedBytes)
    {
        if (sealedBytes.Length < Overhead || sealedBytes[0] != Format)
            throw Tampered(record);
        var id = Convert.ToHexStringLower(sealedBytes.Slice(1, StoreKey.IdBytes));
        if (!_keys.TryGetValue(id, out var key))
            throw new StoreException(StoreFault.KeyMissing, $"key {id} is missing: {record.Kind} {record.Id} cannot be read; restore it");

        var plain = new byte[sealedBytes.Length - Overhead];
        using var aes = new AesGcm(Derived(key, record.Kind), TagBytes);
        try
        {
            aes.Decrypt(
                sealedBytes.Slice(1 + StoreKey.IdBytes, NonceBytes),
                sealedBytes.Slice(HeaderBytes, plain.Length),
                sealedBytes[(HeaderBytes + plain.Length)..],
                plain,
                Bound(record, sealedBytes));
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            throw Tampered(record);
        }
    }

    private static StoreException Tampered(SealedFor record) =>
        new(StoreFault.Tampered, $"{record.Kind} {record.Id} was changed or belongs to another record");

    private static byte[] Bound(SealedFor record, ReadOnlySpan<byte> sealedBytes) =>
        [.. sealedBytes[..(1 + StoreKey.IdBytes)], .. record.ToBytes()];

    private byte[] Derived(StoreKey key, string kind) =>
        _derived.GetOrAdd((key.Name, kind), static (_, made) => made.key.Derive(made.kind), (key, kind));
}
