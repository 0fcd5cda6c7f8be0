using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Appliance.Delivery.Notifications;

/// <summary>Who may vouch for a server: the operating system's authorities, or only those of a file.</summary>
internal static class Authorities
{
    /// <summary>For a connection to <paramref name="host"/>; the name is checked in either case.</summary>
    public static SslClientAuthenticationOptions For(string host, string? caFile)
    {
        var options = new SslClientAuthenticationOptions { TargetHost = host, CertificateRevocationCheckMode = X509RevocationMode.NoCheck };
        if (caFile is null)
            return options;

        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            // Revocation lists are on the internet, which a site may not have.
            RevocationMode = X509RevocationMode.NoCheck,
        };
        policy.CustomTrustStore.ImportFromPemFile(caFile);
        options.CertificateChainPolicy = policy;
        return options;
    }
}
