using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;
using Appliance.Fabric;

namespace Appliance.UnitTests.Fabric.Identities;

public class EcdsaSignatureTests
{
    // n of P-256, and what lies around its half.
    private const string Largest = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632550";
    private const string Half = "7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a8";
    private const string OverHalf = "7fffffff800000007fffffffffffffffde737d56d38bcf4279dce5617e3192a9";
    private const string One = "0000000000000000000000000000000000000000000000000000000000000001";

    [Theory]
    [InlineData(One, One, "3006020101020101")]
    [InlineData(One, Largest, "3006020101020101")]
    [InlineData(One, Half, "30250201010220" + Half)]
    [InlineData(One, OverHalf, "30250201010220" + Half)]
    // A leading one bit needs a zero before it, or the integer would be negative.
    [InlineData(Largest, One, "3026022100" + Largest + "020101")]
    public void LowSDer_Vectors_AreTheLowerFormInDer(string r, string s, string der)
    {
        using var key = Keys.New();

        var signature = EcdsaSignature.Of(key).LowSDer(Convert.FromHexString(r + s));

        Assert.Equal(der, Convert.ToHexStringLower(signature));
    }

    [Theory]
    [InlineData("3006020101020101", true)]
    [InlineData("30250201010220" + Half, true)]
    [InlineData("30250201010220" + OverHalf, false)]
    public void IsLowS_AroundTheHalf_Tells(string der, bool isLow)
    {
        using var key = Keys.New();

        Assert.Equal(isLow, EcdsaSignature.Of(key).IsLowS(Convert.FromHexString(der)));
    }

    [Theory]
    [InlineData("nistP256", "FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551")]
    [InlineData("nistP384", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973")]
    public void Order_OfTheCurve_IsThePlatformsOwn(string curve, string order)
    {
        using var key = ECDsa.Create(ECCurve.CreateFromFriendlyName(curve));
        var n = new BigInteger(key.ExportExplicitParameters(false).Curve.Order, isUnsigned: true, isBigEndian: true);

        Assert.Equal(BigInteger.Parse("0" + order, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture), n);

        // (r, s) = (1, n − 1) becomes (1, 1) only if the library reckons with that same n.
        var field = (n - 1).ToByteArray(isUnsigned: true, isBigEndian: true);
        var one = new byte[field.Length];
        one[^1] = 1;
        Assert.Equal("3006020101020101", Convert.ToHexStringLower(EcdsaSignature.Of(key).LowSDer([.. one, .. field])));
    }
}
