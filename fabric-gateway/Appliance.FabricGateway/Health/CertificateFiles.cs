using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Appliance.FabricGateway.Configuration;

namespace Appliance.FabricGateway.Health;

/// <summary>The certificates that the configuration names.</summary>
public static class CertificateFiles
{
    /// <summary>Option and file of each that is in use.</summary>
    public static IEnumerable<(string Name, string File)> All(GatewayOptions options)
    {
        foreach (var (name, file, used) in new (string, string?, bool)[]
        {
            ("Fabric.CertFile", options.Fabric.CertFile, true),
            ("Fabric.TlsCaFile", options.Fabric.TlsCaFile, true),
            ("Fabric.TlsCertFile", options.Fabric.TlsCertFile, true),
            ("Https.CertFile", options.Https.CertFile, options.Https.Enabled),
            ("Mqtt.CertFile", options.Mqtt.CertFile, options.Mqtt.Enabled),
            ("Mqtt.CaFile", options.Mqtt.CaFile, options.Mqtt.Enabled),
        })
        {
            if (used && file is not null)
                yield return (name, file);
        }

        for (var i = 0; options.Https.Enabled && i < options.Https.ClientCaFiles.Count; i++)
            yield return ($"Https.ClientCaFiles[{i}]", options.Https.ClientCaFiles[i]);
    }

    /// <summary>When the first of the file's certificates ends; null: it cannot be read.</summary>
    public static DateTimeOffset? NotAfter(string file)
    {
        try
        {
            var certificates = new X509Certificate2Collection();
            certificates.ImportFromPemFile(file);
            return certificates.Count == 0 ? null : certificates.Min(certificate => certificate.NotAfter.ToUniversalTime());
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
