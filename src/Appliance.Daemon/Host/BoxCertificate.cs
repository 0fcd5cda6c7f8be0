using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Appliance.Daemon.Host;

/// <summary>
/// The certificate of this box's REST: the operator's, or one of its own (P-256, self-signed), which is made anew with the same key
/// when it nears its end or the box has other names, so that clients that pinned the key stay content.
/// </summary>
internal static class BoxCertificate
{
    private static readonly TimeSpan s_lifetime = TimeSpan.FromDays(3650);
    private static readonly TimeSpan s_renewBefore = TimeSpan.FromDays(60);

    /// <summary>The operator's certificate and the rest of its chain.</summary>
    /// <exception cref="CryptographicException">They do not fit or cannot be read.</exception>
    public static (X509Certificate2 Certificate, X509Certificate2Collection Chain) Load(string certificateFile, string keyFile)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPemFile(certificateFile);
        return (X509Certificate2.CreateFromPemFile(certificateFile, keyFile), chain);
    }

    /// <summary>The box's own certificate in <paramref name="folder"/>: <c>tls.crt</c> and <c>tls.key</c> (mode 0600).</summary>
    public static X509Certificate2 LoadOrMake(string folder, string serial, DateTimeOffset now)
    {
        var (certificateFile, keyFile) = (Path.Combine(folder, "tls.crt"), Path.Combine(folder, "tls.key"));
        using var key = KeyFile.LoadOrMake(keyFile);
        var names = Names();
        if (File.Exists(certificateFile) && ReadUsable(certificateFile, key, names, now) is { } existing)
            return existing;

        using var made = Make(key, serial, names, now);
        KeyFile.Write(certificateFile, made.ExportCertificatePem());
        return X509Certificate2.CreateFromPem(made.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    private static X509Certificate2? ReadUsable(string file, ECDsa key, IReadOnlyCollection<object> names, DateTimeOffset now)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificateFromFile(file);
            if (certificate.NotAfter.ToUniversalTime() - s_renewBefore < now.UtcDateTime)
                return null;

            var extension = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>().FirstOrDefault();
            var has = extension is null
                ? []
                : extension.EnumerateDnsNames().Cast<object>().Concat(extension.EnumerateIPAddresses()).ToHashSet();
            return names.All(has.Contains)
                ? X509Certificate2.CreateFromPem(certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem())
                : null;
        }
        catch (CryptographicException)
        {
            // Damaged, or of another key: a new one is made.
            return null;
        }
    }

    private static X509Certificate2 Make(ECDsa key, string serial, IReadOnlyCollection<object> names, DateTimeOffset now)
    {
        var request = new CertificateRequest($"CN={serial}, O=Watchpost", key, HashAlgorithmName.SHA256);
        var alternatives = new SubjectAlternativeNameBuilder();
        foreach (var name in names)
        {
            if (name is IPAddress address)
                alternatives.AddIpAddress(address);
            else
                alternatives.AddDnsName((string)name);
        }

        request.CertificateExtensions.Add(alternatives.Build());
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], false));
        // A box without battery begins in the past: its certificate must not begin in its future.
        return request.CreateSelfSigned(now - TimeSpan.FromDays(1), now + s_lifetime);
    }

    private static HashSet<object> Names()
    {
        var names = new HashSet<object> { "localhost", IPAddress.Loopback, IPAddress.IPv6Loopback };
        var host = Environment.MachineName.ToLowerInvariant();
        if (Uri.CheckHostName(host) == UriHostNameType.Dns)
        {
            names.Add(host);
            names.Add($"{host}.local");
        }

        foreach (var address in NetworkInterface.GetAllNetworkInterfaces()
            .Where(network => network.OperationalStatus == OperationalStatus.Up)
            .SelectMany(network => network.GetIPProperties().UnicastAddresses)
            .Select(unicast => unicast.Address)
            .Where(address => address.AddressFamily is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6 && !address.IsIPv6LinkLocal))
            names.Add(address);
        return names;
    }
}
