using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Appliance.Learning.SecureAggregation;

/// <summary>Fernet tokens (github.com/fernet/spec): AES-128-CBC and HMAC-SHA256, base64url.</summary>
internal static class Fernet
{
    private const byte Version = 0x80;
    private const int HeaderBytes = 1 + 8 + 16;
    private const int MacBytes = 32;

    /// <param name="key">44 characters of base64url: 16 bytes for signing, 16 for encryption.</param>
    /// <param name="plain">What is hidden.</param>
    /// <param name="time">Told to the reader in the clear.</param>
    /// <param name="iv">16 bytes; null = random.</param>
    public static byte[] Encrypt(string key, ReadOnlySpan<byte> plain, DateTimeOffset time, byte[]? iv = null)
    {
        var secret = Base64Url.DecodeFromChars(key.AsSpan().TrimEnd('='));
        using var aes = Aes.Create();
        aes.Key = secret[16..];
        iv ??= RandomNumberGenerator.GetBytes(16);
        var hidden = aes.EncryptCbc(plain, iv);
        var token = new byte[HeaderBytes + hidden.Length + MacBytes];
        token[0] = Version;
        BinaryPrimitives.WriteInt64BigEndian(token.AsSpan(1), time.ToUnixTimeSeconds());
        iv.CopyTo(token, 9);
        hidden.CopyTo(token, HeaderBytes);
        HMACSHA256.HashData(secret.AsSpan(0, 16), token.AsSpan(0, token.Length - MacBytes), token.AsSpan(token.Length - MacBytes));
        CryptographicOperations.ZeroMemory(secret);
        return Encoding.ASCII.GetBytes(Padded(token));
    }

    /// <exception cref="CryptographicException">Another key, changed, or no token.</exception>
    public static byte[] Decrypt(string key, ReadOnlySpan<byte> token)
    {
        var secret = Base64Url.DecodeFromChars(key.AsSpan().TrimEnd('='));
        byte[] bytes;
        try
        {
            bytes = Base64Url.DecodeFromChars(Encoding.ASCII.GetString(token).AsSpan().TrimEnd('='));
        }
        catch (FormatException error)
        {
            throw new CryptographicException("not a Fernet token", error);
        }

        if (bytes.Length < HeaderBytes + 16 + MacBytes || bytes[0] != Version)
            throw new CryptographicException("not a Fernet token");
        var mac = HMACSHA256.HashData(secret.AsSpan(0, 16), bytes.AsSpan(0, bytes.Length - MacBytes));
        if (!CryptographicOperations.FixedTimeEquals(mac, bytes.AsSpan(bytes.Length - MacBytes)))
            throw new CryptographicException("the Fernet token was changed or is for someone else");

        using var aes = Aes.Create();
        aes.Key = secret[16..];
        return aes.DecryptCbc(bytes.AsSpan(HeaderBytes, bytes.Length - HeaderBytes - MacBytes), bytes.AsSpan(9, 16));
    }

    internal static string Padded(ReadOnlySpan<byte> bytes)
    {
        var text = Base64Url.EncodeToString(bytes);
        return text.PadRight((text.Length + 3) / 4 * 4, '=');
    }
}
