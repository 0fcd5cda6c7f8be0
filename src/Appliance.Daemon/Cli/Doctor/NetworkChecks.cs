using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Appliance.Daemon.Host;
using Appliance.Daemon.Host.Configuration;
using Appliance.Delivery.Mqtt;

namespace Appliance.Daemon.Cli.Doctor;

/// <summary>The broker, and the ports and certificate of REST.</summary>
internal static class NetworkChecks
{
    private static readonly TimeSpan s_soon = TimeSpan.FromDays(30);

    public static async Task<IEnumerable<Check>> Broker(MqttOptions mqtt, CancellationToken cancel)
    {
        if (!mqtt.Enabled)
            return [Check.Warn("broker", "MQTT is switched off: alerts stay on this box", "set Mqtt.Enabled and Mqtt.Host")];

        var broker = $"{mqtt.Host}:{mqtt.EffectivePort}";
        var files = new[] { mqtt.CaFile, mqtt.CertFile, mqtt.KeyFile, mqtt.PasswordFile }
            .OfType<string>()
            .Where(file => !File.Exists(file))
            .Select(file => Check.Fail("broker files", $"{file} does not exist", "correct the path under Mqtt"));
        return files.Prepend(await Reach.Tcp(mqtt.Host, mqtt.EffectivePort, cancel) is { } fault
            ? Check.Warn("broker", $"{broker}: {fault}", "start the broker or correct Mqtt.Host; alerts wait on this box meanwhile")
            : Check.Ok("broker", $"{broker} answers{(mqtt.Tls ? "" : ", without TLS")}"));
    }

    public static IEnumerable<Check> Rest(ApiOptions api)
    {
        foreach (var text in api.Listen)
        {
            if (ListenAddress.Parse(text) is { Port: > 0 } address)
                yield return Port(text, address);
        }

        if (api.CertificateFile.Length > 0)
            yield return Certificate(api);
    }

    private static Check Port(string text, ListenAddress address)
    {
        try
        {
            using var listener = new TcpListener(address.Address ?? IPAddress.Any, address.Port);
            listener.Start();
            return Check.Ok($"listen {text}", "free");
        }
        catch (SocketException error)
        {
            return Check.Warn($"listen {text}", error.Message, "fine if it is the daemon itself; else change Api.Listen");
        }
    }

    private static Check Certificate(ApiOptions api)
    {
        try
        {
            using var certificate = BoxCertificate.Load(api.CertificateFile, api.KeyFile).Certificate;
            var left = certificate.NotAfter.ToUniversalTime() - TimeProvider.System.GetUtcNow().UtcDateTime;
            return left < s_soon
                ? Check.Warn("certificate", $"{left.Days} days left", "put a fresh one at Api.CertificateFile and restart")
                : Check.Ok("certificate", $"{certificate.Subject}, {left.Days} days left");
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return Check.Fail("certificate", error.Message, "check Api.CertificateFile and Api.KeyFile");
        }
    }
}
