using System.Security.Cryptography;
using System.Text;
using Appliance.Fabric;

namespace Appliance.UnitTests.Fabric.Identities;

public class PrivateKeySignerTests
{
    [Theory]
    [InlineData("nistP256")]
    [InlineData("nistP384")]
    public async Task SignAsync_ManyDigests_AreValidAndLow(string curve)
    {
        using var key = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
        using var signer = PrivateKeySigner.FromPem(key.ExportPkcs8PrivateKeyPem());
        var form = EcdsaSignature.Of(key);

        // Half of all signatures come out high at first.
        for (var i = 0; i < 64; i++)
        {
            var digest = SHA256.HashData([(byte)i]);
            var signature = await signer.SignAsync(digest, CancellationToken.None);
            Assert.True(key.VerifyHash(digest, signature, DSASignatureFormat.Rfc3279DerSequence));
            Assert.True(form.IsLowS(signature));
        }
    }

    [Fact]
    public async Task FromPem_SecKey_IsReadToo()
    {
        using var key = Keys.New();
        using var signer = PrivateKeySigner.FromPem(key.ExportECPrivateKeyPem());
        var digest = SHA256.HashData("x"u8);

        var signature = await signer.SignAsync(digest, CancellationToken.None);

        Assert.True(key.VerifyHash(digest, signature, DSASignatureFormat.Rfc3279DerSequence));
    }

    [Fact]
    public void FromPem_OtherCurveOrNoKey_IsRefused()
    {
        using var evidenceKey = ECDsa.Create(ECCurve.CreateFromFriendlyName("secP256k1"));
        using var member = Keys.New();

        Assert.Throws<CryptographicException>(() => PrivateKeySigner.FromPem(evidenceKey.ExportPkcs8PrivateKeyPem()));
        Assert.Throws<CryptographicException>(() => PrivateKeySigner.FromPem(Keys.CertificatePem(member)));
        Assert.Throws<CryptographicException>(() => PrivateKeySigner.FromPem(""));
    }

    [Fact]
    public void BelongsTo_OwnAndOtherCertificate_Tells()
    {
        using var own = Keys.New();
        using var other = Keys.New();
        using var signer = PrivateKeySigner.FromPem(own.ExportPkcs8PrivateKeyPem());
        using var ownIdentity = Keys.Identity(own);
        using var otherIdentity = Keys.Identity(other);

        Assert.True(signer.BelongsTo(ownIdentity));
        Assert.False(signer.BelongsTo(otherIdentity));
    }

    [Fact]
    public void Creator_OddPem_IsKeptByteForByte()
    {
        using var key = Keys.New();
        var pem = "# issued by hand\r\n" + Keys.CertificatePem(key).Replace("\n", "\r\n", StringComparison.Ordinal) + "\n\n";

        using var identity = X509Identity.FromPem("Org1MSP", Encoding.ASCII.GetBytes(pem));
        var creator = Appliance.Fabric.Wire.SerializedIdentity.Parser.ParseFrom(identity.Creator);

        Assert.Equal(("Org1MSP", pem), (creator.Mspid, creator.IdBytes.ToStringUtf8()));
        Assert.Equal("CN=member", identity.Certificate.Subject);
    }
}
