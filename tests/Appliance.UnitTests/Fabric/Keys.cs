using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Appliance.Fabric;

namespace Appliance.UnitTests.Fabric;

/// <summary>Keys and certificates made for one test.</summary>
internal static class Keys
{
    private static readonly DateTimeOffset s_day = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static ECDsa New() => ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public static X509Identity Identity(ECDsa key, string mspId = "Org1MSP") =>
        X509Identity.FromPem(mspId, Encoding.ASCII.GetBytes(CertificatePem(key)));

    public static string CertificatePem(ECDsa key)
    {
        var request = new CertificateRequest("CN=member", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(s_day, s_day.AddDays(1));
        return certificate.ExportCertificatePem();
    }
}
