using System.Formats.Asn1;
using System.Globalization;
using System.Numerics;
using System.Security.Cryptography;

namespace Appliance.Fabric;

/// <summary>
/// The one form of an ECDSA signature that Fabric takes: DER, s ≤ n/2. Of the two valid signatures (r, s) and (r, n − s) everybody
/// can make the other; allowing only one keeps a third party from changing a transaction's bytes.
/// </summary>
internal sealed class EcdsaSignature
{
    private const string P256 = "1.2.840.10045.3.1.7";
    private const string P384 = "1.3.132.0.34";

    /// <summary>Orders of the base points, SEC 2 version 2, sections 2.4.2 and 2.5.1.</summary>
    private static readonly BigInteger s_orderOfP256 = Parse("FFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551");
    private static readonly BigInteger s_orderOfP384 = Parse(
        "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973");

    private readonly BigInteger _order;

    private EcdsaSignature(BigInteger order) => _order = order;

    /// <exception cref="CryptographicException">Another curve than P-256 or P-384.</exception>
    internal static EcdsaSignature Of(ECDsa key)
    {
        var curve = key.ExportParameters(includePrivateParameters: false).Curve;
        return curve.Oid.Value switch
        {
            P256 => new(s_orderOfP256),
            P384 => new(s_orderOfP384),
            var other => throw new CryptographicException($"Fabric identities are P-256 or P-384, this key is {curve.Oid.FriendlyName ?? other}"),
        };
    }

    /// <summary>From r ‖ s, each as long as the field.</summary>
    internal byte[] LowSDer(ReadOnlySpan<byte> fixedFields)
    {
        var half = fixedFields.Length / 2;
        var r = new BigInteger(fixedFields[..half], isUnsigned: true, isBigEndian: true);
        var s = new BigInteger(fixedFields[half..], isUnsigned: true, isBigEndian: true);
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(r);
            writer.WriteInteger(IsLow(s) ? s : _order - s);
        }

        return writer.Encode();
    }

    /// <summary>Whether a DER signature has its s in the lower half.</summary>
    /// <exception cref="AsnContentException">No DER of two integers.</exception>
    internal bool IsLowS(ReadOnlyMemory<byte> der)
    {
        var reader = new AsnReader(der, AsnEncodingRules.DER);
        var sequence = reader.ReadSequence();
        reader.ThrowIfNotEmpty();
        sequence.ReadInteger();
        var s = sequence.ReadInteger();
        sequence.ThrowIfNotEmpty();
        return s.Sign > 0 && IsLow(s);
    }

    private bool IsLow(BigInteger s) => s <= _order >> 1;

    private static BigInteger Parse(string hex) => BigInteger.Parse("0" + hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
