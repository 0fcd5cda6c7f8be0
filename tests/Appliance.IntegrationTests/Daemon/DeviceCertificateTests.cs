using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Appliance.Daemon.Host;
using Appliance.Daemon.Pipeline;
using Appliance.IntegrationTests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.IntegrationTests.Daemon;

public sealed class DeviceCertificateTests : IDisposable
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void LoadOrMake_EmptyFolder_MakesPrivateFilesAndAUsableCertificate()
    {
        using var certificate = DeviceCertificate.LoadOrMake(_folder.Path, "7F3A", s_now);

        Assert.Equal("7F3A", certificate.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
        Assert.True(certificate.HasPrivateKey);
        Assert.All(
            ["device.key", "device.crt"],
            file => Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_folder.Path, file))));
    }

    [Fact]
    public void LoadOrMake_YearsLater_IsTheSameCertificate()
    {
        using var first = DeviceCertificate.LoadOrMake(_folder.Path, "7F3A", s_now);
        using var later = DeviceCertificate.LoadOrMake(_folder.Path, "7F3A", s_now.AddYears(30));

        Assert.Equal(first.RawData, later.RawData);
        Assert.True(later.HasPrivateKey);
    }

    [Fact]
    public void LoadOrMake_OtherSerialOrDamagedCertificate_KeepsTheKey()
    {
        using var first = DeviceCertificate.LoadOrMake(_folder.Path, "7F3A", s_now);
        using var renamed = DeviceCertificate.LoadOrMake(_folder.Path, "7F3B", s_now);
        File.WriteAllText(Path.Combine(_folder.Path, "device.crt"), "rust");
        using var mended = DeviceCertificate.LoadOrMake(_folder.Path, "7F3B", s_now);

        Assert.Equal("7F3B", renamed.GetNameInfo(X509NameType.SimpleName, forIssuer: false));
        Assert.Equal(first.GetPublicKey(), renamed.GetPublicKey());
        Assert.Equal(first.GetPublicKey(), mended.GetPublicKey());
    }

    [Fact]
    public void Open_CertificateOfAnAuthority_SignsWithTheChain()
    {
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var described = new CertificateRequest("CN=Harbour site", authorityKey, HashAlgorithmName.SHA256);
        described.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = described.CreateSelfSigned(s_now.AddDays(-1), s_now.AddYears(9));
        var request = CertificateRequest.LoadSigningRequestPem(DeviceCertificate.Request(_folder.Path, "7F3A"), HashAlgorithmName.SHA256);
        using var issued = request.Create(authority, s_now, s_now.AddYears(5), [1, 2, 3]);
        File.WriteAllText(
            Path.Combine(_folder.Path, "device.crt"), issued.ExportCertificatePem() + "\n" + authority.ExportCertificatePem() + "\n");

        using var signing = AlertSigning.Open(Options(), TimeProvider.System, NullLogger.Instance);

        Assert.Null(signing.WhyNot);
        var header = System.Buffers.Text.Base64Url.DecodeFromChars(signing.Signer!.Header);
        using var json = System.Text.Json.JsonDocument.Parse(header);
        Assert.Equal(
            [issued.RawData, authority.RawData], json.RootElement.GetProperty("x5c").EnumerateArray().Select(one => one.GetBytesFromBase64()));
    }

    [Theory]
    [InlineData("rust")]
    [InlineData("")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n")]
    public void Open_DamagedKey_SaysWhyAndKeepsTheFile(string text)
    {
        var file = Path.Combine(_folder.Path, "device.key");
        File.WriteAllText(file, text);

        using var signing = AlertSigning.Open(Options(), TimeProvider.System, NullLogger.Instance);

        Assert.Null(signing.Signer);
        Assert.Contains("not signed", signing.WhyNot, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(file));
    }

    [Fact]
    public void Open_SigningOff_MakesNoKey()
    {
        var options = Options() with { Mqtt = new() { Dialects = new() { Native = new() { Sign = false } } } };

        using var signing = AlertSigning.Open(options, TimeProvider.System, NullLogger.Instance);

        Assert.Null(signing.Signer);
        Assert.Null(signing.WhyNot);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    private RuntimeOptions Options() => new()
    {
        Identity = new("7F3A", "Pole 07", "0.1.0", SampleAlerts.BootId),
        Store = new() { DataDirectory = _folder.Path },
        Mqtt = new(),
    };
}
