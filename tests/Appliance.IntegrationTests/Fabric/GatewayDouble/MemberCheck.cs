using System.Collections.Concurrent;
using System.Formats.Asn1;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Wire = Appliance.Fabric.Wire;

namespace Appliance.IntegrationTests.Fabric.GatewayDouble;

/// <summary>Whether bytes were signed by a member, in the only form that Fabric takes. Shares no code with the client.</summary>
internal sealed class MemberCheck(X509Certificate2 root, IReadOnlyList<string> mspIds)
{
    private readonly ConcurrentDictionary<ByteString, (string MspId, ECDsa? Key, string? WhyNot)> _members = [];

    /// <summary>Null = the signature is that member's.</summary>
    public string? WhyNot(ByteString creator, ByteString signed, ByteString signature, out string mspId)
    {
        var member = _members.GetOrAdd(creator, Read);
        mspId = member.MspId;
        if (member.Key is not { } key)
            return member.WhyNot;
        var digest = SHA256.HashData(signed.Span);
        lock (key)
        {
            if (!key.VerifyHash(digest, signature.Span, DSASignatureFormat.Rfc3279DerSequence))
                return "the signature is not the creator's";
        }

        return IsLowS(key, signature.Memory) ? null : "the signature is high-S";
    }

    private (string MspId, ECDsa? Key, string? WhyNot) Read(ByteString creator)
    {
        var identity = Wire.SerializedIdentity.Parser.ParseFrom(creator);
        if (!mspIds.Contains(identity.Mspid))
            return (identity.Mspid, null, $"{identity.Mspid} is no member");
        using var certificate = X509Certificate2.CreateFromPem(identity.IdBytes.ToStringUtf8());
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.Add(root);
        return chain.Build(certificate)
            ? (identity.Mspid, certificate.GetECDsaPublicKey(), null)
            : (identity.Mspid, null, "the certificate is of another authority");
    }

    private static bool IsLowS(ECDsa key, ReadOnlyMemory<byte> der)
    {
        // The order comes from OpenSSL's table, not from the client's constant.
        var order = new BigInteger(key.ExportExplicitParameters(false).Curve.Order, isUnsigned: true, isBigEndian: true);
        var sequence = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        sequence.ReadInteger();
        return sequence.ReadInteger() * 2 <= order;
    }
}
