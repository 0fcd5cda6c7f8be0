using System.Buffers.Text;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using Appliance.Core.Evidence;

namespace Appliance.UnitTests.Core.Evidence;

public sealed class JwsSignerTests
{
    [Fact]
    public void Sign_Content_HoldsUnderTheCertificateInTheHeader()
    {
        using var certificate = Certificate(ECCurve.NamedCurves.nistP256);
        using var signer = new JwsSigner([certificate], "watchpost-alert+jws");

        var parts = signer.Sign("{\"seq\":1}"u8).Split('.');
        using var header = JsonDocument.Parse(Base64Url.DecodeFromChars(parts[0]));
        using var leaf = X509CertificateLoader.LoadCertificate(header.RootElement.GetProperty("x5c")[0].GetBytesFromBase64());
        using var key = leaf.GetECDsaPublicKey()!;

        Assert.Equal("ES256", header.RootElement.GetProperty("alg").GetString());
        Assert.Equal("watchpost-alert+jws", header.RootElement.GetProperty("typ").GetString());
        Assert.Equal("", parts[1]);
        Assert.True(Holds("{\"seq\":1}"));
        Assert.False(Holds("{\"seq\":2}"));

        bool Holds(string content) => key.VerifyData(
            Encoding.ASCII.GetBytes($"{parts[0]}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(content))}"),
            Base64Url.DecodeFromChars(parts[2]),
            HashAlgorithmName.SHA256);
    }

    [Fact]
    public void Constructor_KeyOnAnotherCurve_Throws()
    {
        using var certificate = Certificate(ECCurve.NamedCurves.nistP384);

        Assert.Throws<CryptographicException>(() => new JwsSigner([certificate], "x"));
    }

    [Fact]
    public void Constructor_NoPrivateKey_Throws()
    {
        using var certificate = Certificate(ECCurve.NamedCurves.nistP256);
        using var bare = X509CertificateLoader.LoadCertificate(certificate.RawData);

        Assert.Throws<CryptographicException>(() => new JwsSigner([bare], "x"));
    }

    private static X509Certificate2 Certificate(ECCurve curve)
    {
        using var key = ECDsa.Create(curve);
        return new CertificateRequest("CN=7F3A", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
    }
}
