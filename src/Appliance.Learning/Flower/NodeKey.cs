using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Appliance.Learning.Flower;

/// <summary>
/// The box's key pair towards Flower: EC P-384. The private half lies in a file that only its owner may read; the public half is
/// what the server's operator registers.
/// </summary>
public sealed class NodeKey : IDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly ECDsa _key;
    private readonly Lock _gate = new();

    private NodeKey(ECDsa key)
    {
        _key = key;
        // The server compares bytes: 64 columns and a newline at the end, as Python's cryptography writes it.
        PublicPem = key.ExportSubjectPublicKeyInfoPem() + "\n";
        PublicPemBytes = Encoding.ASCII.GetBytes(PublicPem);
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
    }

    /// <summary>SubjectPublicKeyInfo as PEM, with the newline at the end that Flower insists on.</summary>
    public string PublicPem { get; }

    /// <summary>SHA-256 of the SubjectPublicKeyInfo, hexadecimal: what two people compare over the telephone.</summary>
    public string Fingerprint { get; }

    internal byte[] PublicPemBytes { get; }

    /// <summary>A key of its own, for as long as it lives.</summary>
    public static NodeKey Make() => new(ECDsa.Create(ECCurve.NamedCurves.nistP384));

    /// <summary>Reads the key, or makes one (mode 0600) where there is none.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    /// <exception cref="CryptographicException">The file holds no P-384 key.</exception>
    public static NodeKey Open(string path)
    {
        if (!File.Exists(path))
        {
            using var made = ECDsa.Create(ECCurve.NamedCurves.nistP384);
            var part = path + ".part";
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.Delete(part);
            using (var file = new FileStream(part, new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                UnixCreateMode = OwnerOnly,
            }))
            {
                file.Write(Encoding.ASCII.GetBytes(made.ExportPkcs8PrivateKeyPem() + "\n"));
                file.Flush(flushToDisk: true);
            }

            File.Move(part, path);
        }

        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(File.ReadAllText(path));
        }
        catch (ArgumentException error)
        {
            key.Dispose();
            throw new CryptographicException($"{path} holds no private key", error);
        }

        return key.KeySize == 384 ? new(key) : throw new CryptographicException($"{path} holds no P-384 key");
    }

    /// <summary>As <c>flwr supernode register</c> takes it: one line of OpenSSH.</summary>
    public string PublicOpenSsh(string comment)
    {
        var point = _key.ExportParameters(includePrivateParameters: false).Q;
        using var blob = new MemoryStream();
        Write(blob, "ecdsa-sha2-nistp384"u8);
        Write(blob, "nistp384"u8);
        Write(blob, [4, .. point.X!, .. point.Y!]);
        return $"ecdsa-sha2-nistp384 {Convert.ToBase64String(blob.ToArray())} {comment}".TrimEnd();
    }

    /// <summary>The three headers of every Fleet call. The signature covers the time alone: TLS protects the rest.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Headers(DateTimeOffset now)
    {
        var timestamp = Timestamp(now);
        byte[] signature;
        lock (_gate)
        {
            signature = _key.SignData(Encoding.ASCII.GetBytes(timestamp), HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence);
        }

        return
        [
            new("flwr-public-key-bin", Convert.ToBase64String(PublicPemBytes)),
            new("flwr-timestamp", timestamp),
            new("flwr-signature-bin", Convert.ToBase64String(signature)),
        ];
    }

    /// <summary>Six digits and +00:00: Python 3.10 reads no Z, and a time without zone makes the server fail.</summary>
    internal static string Timestamp(DateTimeOffset now) =>
        now.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'+00:00'", CultureInfo.InvariantCulture);

    public void Dispose() => _key.Dispose();

    private static void Write(MemoryStream blob, ReadOnlySpan<byte> part)
    {
        Span<byte> length = stackalloc byte[4];
        BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
        blob.Write(length);
        blob.Write(part);
    }
}
