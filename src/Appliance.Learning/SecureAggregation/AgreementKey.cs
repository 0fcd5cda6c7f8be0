using System.Security.Cryptography;
using System.Text;
using Appliance.Learning.Flower;

namespace Appliance.Learning.SecureAggregation;

/// <summary>A key pair of one round of SecAgg+ (EC P-384) and what two of them agree on.</summary>
internal sealed class AgreementKey : IDisposable
{
    private readonly ECDiffieHellman _key;

    private AgreementKey(ECDiffieHellman key)
    {
        _key = key;
        PublicPem = Encoding.ASCII.GetBytes(key.ExportSubjectPublicKeyInfoPem() + "\n");
    }

    /// <summary>As Python's cryptography writes it, newline at the end.</summary>
    public byte[] PublicPem { get; }

    public static AgreementKey Make() => new(ECDiffieHellman.Create(ECCurve.NamedCurves.nistP384));

    internal static AgreementKey FromPem(string pem)
    {
        var key = ECDiffieHellman.Create();
        key.ImportFromPem(pem);
        return new(key);
    }

    /// <summary>PKCS#8 text of the private half: what is shared out so that others can take away the masks of one who drops out.</summary>
    public byte[] PrivatePem() => Encoding.ASCII.GetBytes(_key.ExportPkcs8PrivateKeyPem() + "\n");

    /// <summary>
    /// HKDF-SHA256 (no salt, no info) of the x-coordinate, 32 bytes as base64url with padding. These 44 characters are a Fernet
    /// key and the seed of a mask alike.
    /// </summary>
    /// <exception cref="PayloadException">The other key is none of P-384.</exception>
    public string AgreeWith(ReadOnlySpan<byte> otherPublicPem)
    {
        try
        {
            using var other = ECDiffieHellman.Create();
            other.ImportFromPem(Encoding.ASCII.GetString(otherPublicPem));
            using var publicKey = other.PublicKey;
            var secret = _key.DeriveRawSecretAgreement(publicKey);
            var derived = HKDF.DeriveKey(HashAlgorithmName.SHA256, secret, 32);
            CryptographicOperations.ZeroMemory(secret);
            return Fernet.Padded(derived);
        }
        catch (Exception error) when (error is ArgumentException or CryptographicException)
        {
            throw new PayloadException("a neighbour's key is no P-384 key", error);
        }
    }

    public void Dispose() => _key.Dispose();
}
