using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Appliance.Fabric;

/// <summary>Signs with an EC private key in memory: P-256, which Fabric's authorities issue, or P-384. Thread-safe.</summary>
public sealed class PrivateKeySigner : ISigner, IDisposable
{
    private readonly ECDsa _key;
    private readonly EcdsaSignature _form;
    private readonly Lock _gate = new();

    private PrivateKeySigner(ECDsa key) => (_key, _form) = (key, EcdsaSignature.Of(key));

    /// <summary>Reads a PEM key (<c>PRIVATE KEY</c> or <c>EC PRIVATE KEY</c>, not encrypted).</summary>
    /// <exception cref="CryptographicException">No such key, or another curve; secp256k1 is no key of a Fabric member.</exception>
    public static PrivateKeySigner FromPem(string pem)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(pem);
            return new(key);
        }
        catch (ArgumentException error)
        {
            key.Dispose();
            throw new CryptographicException("there is no single private key in the PEM text", error);
        }
        catch
        {
            key.Dispose();
            throw;
        }
    }

    /// <summary>Reads the key of a file, see <see cref="FromPem"/>.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="CryptographicException">It holds no such key.</exception>
    public static PrivateKeySigner FromFile(string path) => FromPem(File.ReadAllText(path));

    /// <summary>Whether the certificate of <paramref name="identity"/> is about this key; signatures of another are refused by every peer.</summary>
    public bool BelongsTo(X509Identity identity)
    {
        using var certified = identity.Certificate.GetECDsaPublicKey();
        return certified is not null
               && certified.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(_key.ExportSubjectPublicKeyInfo());
    }

    public ValueTask<byte[]> SignAsync(ReadOnlyMemory<byte> digest, CancellationToken cancel)
    {
        // .NET promises nothing about one ECDsa on two threads.
        lock (_gate)
            return new(_form.LowSDer(_key.SignHash(digest.Span, DSASignatureFormat.IeeeP1363FixedFieldConcatenation)));
    }

    public void Dispose() => _key.Dispose();
}
