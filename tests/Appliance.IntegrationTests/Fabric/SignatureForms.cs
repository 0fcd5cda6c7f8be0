using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;

namespace Appliance.IntegrationTests.Fabric;

/// <summary>Takes DER signatures of P-256 apart.</summary>
internal static class SignatureForms
{
    /// <summary>(r, n − s): as valid as (r, s).</summary>
    public static byte[] TheOtherS(byte[] der)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var order = new BigInteger(key.ExportExplicitParameters(false).Curve.Order, isUnsigned: true, isBigEndian: true);
        var sequence = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        var (r, s) = (sequence.ReadInteger(), sequence.ReadInteger());
        var writer = new AsnWriter(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(r);
            writer.WriteInteger(order - s);
        }

        return writer.Encode();
    }
}
