using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Appliance.Core.Evidence;

/// <summary>
/// Signs canonical JSON with the key of a device certificate: JWS compact serialization with detached content (RFC 7515,
/// appendix F), ES256, the certificate chain in <c>x5c</c>. Thread-safe. Owns the key.
/// </summary>
public sealed class JwsSigner : IDisposable
{
    private readonly Lock _lock = new();
    private readonly ECDsa _key;
    private readonly byte[] _start;

    /// <param name="chain">Certificates, the signer's own first; it must have its private key, on P-256.</param>
    /// <param name="type">
    /// What is signed, e.g. <c>watchpost-alert+jws</c>; in the header as <c>typ</c>, so that a signature over one thing cannot be
    /// shown as one over another.
    /// </param>
    /// <exception cref="CryptographicException">The certificate has no private key on P-256.</exception>
    public JwsSigner(IReadOnlyList<X509Certificate2> chain, string type)
    {
        _key = chain[0].GetECDsaPrivateKey() ?? throw new CryptographicException("The certificate has no private key for ECDSA");
        if (_key.ExportParameters(false).Curve.Oid.Value != ECCurve.NamedCurves.nistP256.Oid.Value)
            throw new CryptographicException("ES256 needs a key on P-256");

        var x5c = string.Join("\",\"", chain.Select(certificate => Convert.ToBase64String(certificate.RawData)));
        Header = Base64Url.EncodeToString(Encoding.UTF8.GetBytes($$"""{"alg":"ES256","typ":"{{type}}","x5c":["{{x5c}}"]}"""));
        _start = Encoding.ASCII.GetBytes(Header + ".");
    }

    /// <summary>The protected header, base64url; the same in every signature.</summary>
    public string Header { get; }

    /// <summary>The signature over <paramref name="content"/>: <c>header..signature</c>. Never the same twice.</summary>
    public string Sign(ReadOnlySpan<byte> content)
    {
        var input = new byte[_start.Length + Base64Url.GetEncodedLength(content.Length)];
        _start.CopyTo(input, 0);
        Base64Url.EncodeToUtf8(content, input.AsSpan(_start.Length));
        byte[] signature;
        lock (_lock)
            signature = _key.SignData(input, HashAlgorithmName.SHA256, DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        return $"{Header}..{Base64Url.EncodeToString(signature)}";
    }

    public void Dispose() => _key.Dispose();
}
