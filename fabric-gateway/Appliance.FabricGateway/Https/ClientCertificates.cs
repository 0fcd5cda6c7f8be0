using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Appliance.FabricGateway.Configuration;
using Appliance.FabricGateway.Intake;
using Appliance.FabricGateway.Store;

namespace Appliance.FabricGateway.Https;

/// <summary>
/// Whom a client certificate speaks for: one that the configuration lists, for the boxes it is listed at; any other must come from one of
/// the authorities, and speaks for the serials in its common name and DNS names. Thread-safe.
/// </summary>
public sealed class ClientCertificates
{
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private readonly X509Certificate2Collection _authorities = [];
    private readonly FrozenDictionary<string, FrozenSet<string>> _listed;
    private readonly TimeProvider _clock;

    /// <exception cref="CryptographicException">An authority's file holds no certificate.</exception>
    public ClientCertificates(IReadOnlyList<string> authorityFiles, IReadOnlyList<DeviceOptions> devices, TimeProvider clock)
    {
        foreach (var file in authorityFiles)
            _authorities.ImportFromPemFile(file);
        _clock = clock;
        _listed = devices
            .SelectMany(device => device.Certificates.Select(fingerprint => (Fingerprint: fingerprint.ToLowerInvariant(), Serial: device.Serial!)))
            .GroupBy(pair => pair.Fingerprint, pair => pair.Serial)
            .ToFrozenDictionary(group => group.Key, group => group.ToFrozenSet(StringComparer.Ordinal));
    }

    /// <summary>Why a certificate is not taken; null = it is.</summary>
    public string? WhyNot(X509Certificate2 certificate)
    {
        var now = _clock.GetUtcNow().UtcDateTime;
        if (now < certificate.NotBefore.ToUniversalTime() || now > certificate.NotAfter.ToUniversalTime())
            return $"{certificate.Subject} is not valid now";
        if (_listed.ContainsKey(Fingerprint(certificate)))
            return null;
        if (_authorities.Count == 0)
            return $"{certificate.Subject} is not listed, and there is no authority";

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(_authorities);
        // The authorities of a site publish no lists that a closed network could fetch: a box is shut out by revoking its key here.
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.VerificationTime = now;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        if (certificate.Extensions.OfType<X509EnhancedKeyUsageExtension>().Any())
            chain.ChainPolicy.ApplicationPolicy.Add(new(ClientAuthentication));
        return chain.Build(certificate)
            ? null
            : $"{certificate.Subject}: {string.Join(", ", chain.ChainStatus.Select(status => status.Status).Distinct())}";
    }

    /// <summary>For whom it speaks; it must have been taken before.</summary>
    public Speaker SpeakerOf(X509Certificate2 certificate)
    {
        if (_listed.TryGetValue(Fingerprint(certificate), out var listed))
            return new(certificate.Subject, ItemVia.Https, listed);

        var names = new HashSet<string>(StringComparer.Ordinal);
        if (certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false) is { Length: > 0 } common)
            names.Add(common);
        foreach (var extension in certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>())
            names.UnionWith(extension.EnumerateDnsNames());
        return new(certificate.Subject, ItemVia.Https, names.ToFrozenSet(StringComparer.Ordinal));
    }

    private static string Fingerprint(X509Certificate2 certificate) =>
        certificate.GetCertHashString(HashAlgorithmName.SHA256).ToLowerInvariant();
}
