using System.Security.Cryptography;
using Appliance.Core.Evidence;
using Appliance.Daemon.Pipeline;

namespace Appliance.Daemon.Host;

/// <summary>
/// The box's signer of alerts, or why there is none. A box whose key is damaged goes on alerting, unsigned, and says so in its
/// health: silence would be worse, and a new key would be another box.
/// </summary>
internal sealed class AlertSigning : IDisposable
{
    private AlertSigning(JwsSigner? signer, string? whyNot) => (Signer, WhyNot) = (signer, whyNot);

    /// <summary>Null: nothing is signed.</summary>
    public JwsSigner? Signer { get; }

    /// <summary>Why alerts that should be signed are not; null = they are, or nobody wants it.</summary>
    public string? WhyNot { get; }

    /// <summary>Reads or makes the box's device certificate, if any dialect is to be signed.</summary>
    public static AlertSigning Open(RuntimeOptions options, TimeProvider clock, ILogger logger)
    {
        if (options.Mqtt is not { Enabled: true, Dialects.Native: { Enabled: true, Sign: true } })
            return new(null, null);

        try
        {
            using var certificate = DeviceCertificate.LoadOrMake(
                options.Store.DataDirectory, options.Identity.Serial, clock.GetUtcNow());
            return new(
                new JwsSigner([certificate, .. DeviceCertificate.Issuers(options.Store.DataDirectory)], DeviceCertificate.AlertType), null);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            logger.AlertsUnsigned(error);
            return new(null, $"alerts are not signed, device.key or device.crt cannot be used: {error.Message}");
        }
    }

    public void Dispose() => Signer?.Dispose();
}
