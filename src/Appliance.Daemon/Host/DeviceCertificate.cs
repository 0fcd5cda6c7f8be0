using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Appliance.Daemon.Host;

/// <summary>
/// The certificate with which the box signs what it says (alerts): a key of its own, apart from that of TLS, which an operator
/// may replace. Self-signed, or issued by the site's authority for <see cref="Request"/>; its subject is the serial number.
/// Consumers hold it, or the authority's, as the proof of who a box is.
/// </summary>
internal static class DeviceCertificate
{
    /// <summary>Of an alert's signature, RFC 7515 <c>typ</c>.</summary>
    public const string AlertType = "watchpost-alert+jws";

    // Consumers pin it, so it is never renewed by itself: RFC 5280, 4.1.2.5 has this date for certificates without an end.
    private static readonly DateTimeOffset s_noEnd = new(9999, 12, 31, 23, 59, 59, TimeSpan.Zero);

    /// <summary>
    /// Reads <c>device.crt</c> and <c>device.key</c> (mode 0600) in <paramref name="folder"/>, or makes them. A new serial number
    /// gets a new certificate for the same key. The certificate has its private key.
    /// </summary>
    /// <exception cref="CryptographicException">The key is damaged. It is not replaced: it is who the box is.</exception>
    /// <exception cref="ArgumentException">The key file is no PEM.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static X509Certificate2 LoadOrMake(string folder, string serial, DateTimeOffset now)
    {
        var file = Path.Combine(folder, "device.crt");
        using var key = KeyFile.LoadOrMake(Path.Combine(folder, "device.key"));
        if (File.Exists(file) && Read(file, key, serial) is { } existing)
            return existing;

        var request = new CertificateRequest($"CN={serial}, O=Watchpost", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(false, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        var made = request.CreateSelfSigned(now - TimeSpan.FromDays(1), s_noEnd);
        KeyFile.Write(file, made.ExportCertificatePem());
        return made;
    }

    /// <summary>
    /// The certificates behind the box's own in <c>device.crt</c>: those that vouch for it, nearest first. None where it is
    /// self-signed.
    /// </summary>
    public static X509Certificate2Collection Issuers(string folder)
    {
        var all = new X509Certificate2Collection();
        all.ImportFromPemFile(Path.Combine(folder, "device.crt"));
        all[0].Dispose();
        all.RemoveAt(0);
        return all;
    }

    /// <summary>A request (PKCS #10, PEM) for the box's key: what comes back from an authority replaces <c>device.crt</c>.</summary>
    /// <exception cref="CryptographicException">The key is damaged.</exception>
    /// <exception cref="IOException">It cannot be read or written.</exception>
    public static string Request(string folder, string serial)
    {
        using var key = KeyFile.LoadOrMake(Path.Combine(folder, "device.key"));
        return new CertificateRequest($"CN={serial}, O=Watchpost", key, HashAlgorithmName.SHA256).CreateSigningRequestPem();
    }

    /// <summary>Null: damaged, of another key, or of another serial number.</summary>
    private static X509Certificate2? Read(string file, ECDsa key, string serial)
    {
        try
        {
            using var certificate = X509CertificateLoader.LoadCertificateFromFile(file);
            return certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) == serial ? certificate.CopyWithPrivateKey(key) : null;
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            return null;
        }
    }
}
