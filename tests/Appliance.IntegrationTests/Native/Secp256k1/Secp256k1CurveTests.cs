using System.Numerics;
using System.Security.Cryptography;
using System.Text;
using Appliance.Core.Evidence.Signatures;
using Appliance.Native.Secp256k1;

namespace Appliance.IntegrationTests.Native.Secp256k1;

public class Secp256k1CurveTests
{
    private static readonly BigInteger s_order = BigInteger.Parse(
        "0FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141", System.Globalization.NumberStyles.HexNumber,
        System.Globalization.CultureInfo.InvariantCulture);

    // The example of ethers' and web3's documentation: web3.eth.accounts.sign('Some data', …).
    [Fact]
    public void Sign_PublishedKeyAndText_GivesThePublishedSignature()
    {
        var key = Convert.FromHexString("4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318");
        var digest = PersonalMessage.Digest(Encoding.UTF8.GetBytes("Some data"));

        Assert.Equal("1da44b586eb0729ff70a73c326926f6ed5a25f5b056e7f47fbc6e58d86871655", Convert.ToHexStringLower(digest));
        Assert.Equal("0x2c7536E3605D9C16a7a3D7b1898e529396a65c23", EthereumAddress.FromPublicKey(Secp256k1Curve.PublicKeyOf(key)).Value);
        Assert.Equal(
            "0xb91467e570a6466aa9e9876cbcd013baba02900b8979d43fe208a4a4f339f5fd6007e74cd82e037b800186422fc2da167c747ef045e5d18a5f5d4300f8e1a0291c",
            EvidenceSignature.Format(Secp256k1Curve.Sign(digest, key)));
    }

    [Fact]
    public void Recover_ManySignatures_AllAreOfTheirKeyWithLowS()
    {
        for (var i = 0; i < 50; i++)
        {
            var key = Secp256k1Curve.MakeKey();
            var digest = SHA256.HashData(BitConverter.GetBytes(i));

            var signature = Secp256k1Curve.Sign(digest, key);

            Assert.Equal(Secp256k1Curve.PublicKeyOf(key), Secp256k1Curve.Recover(digest, signature));
            Assert.True(new BigInteger(signature.AsSpan(32, 32), isUnsigned: true, isBigEndian: true) <= s_order / 2);
            Assert.Equal(signature, Secp256k1Curve.Sign(digest, key));
        }
    }

    [Fact]
    public void Recover_HighS_IsRefused()
    {
        var digest = SHA256.HashData([1]);
        var signature = Secp256k1Curve.Sign(digest, Secp256k1Curve.MakeKey());
        var high = s_order - new BigInteger(signature.AsSpan(32, 32), isUnsigned: true, isBigEndian: true);

        high.ToByteArray(isUnsigned: true, isBigEndian: true).CopyTo(signature, 32);
        signature[64] = (byte)(signature[64] == 27 ? 28 : 27);

        Assert.Null(Secp256k1Curve.Recover(digest, signature));
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141")]
    [InlineData("01")]
    public void IsKey_NoKey_IsRefused(string key)
    {
        Assert.False(Secp256k1Curve.IsKey(Convert.FromHexString(key)));
        Assert.Throws<CryptographicException>(() => Secp256k1Curve.PublicKeyOf(Convert.FromHexString(key)));
    }

    [Fact]
    public void Recover_EveryBitOfTheSignatureFlipped_IsNeverTheSigner()
    {
        var key = Secp256k1Curve.MakeKey();
        var digest = SHA256.HashData([2]);
        var (signature, signer) = (Secp256k1Curve.Sign(digest, key), Secp256k1Curve.PublicKeyOf(key));

        for (var bit = 0; bit < signature.Length * 8; bit++)
        {
            var changed = (byte[])signature.Clone();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.NotEqual(signer, Secp256k1Curve.Recover(digest, changed));
        }
    }
}
