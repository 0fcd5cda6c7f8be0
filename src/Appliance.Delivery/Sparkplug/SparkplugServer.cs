using Appliance.Delivery.Mqtt;
using Appliance.Native.Mosquitto;

namespace Appliance.Delivery.Sparkplug;

/// <summary>A broker and how to connect to it as an edge node: a clean session, which ends with the connection.</summary>
internal sealed class SparkplugServer(Func<MosquittoOptions> connection, string name)
{
    /// <summary>host:port.</summary>
    public string Name => name;

    /// <summary>Settings of the next attempt, without Will; reads the password file.</summary>
    public MosquittoOptions Connection() => connection();

    /// <summary>The configured brokers in order; without any, that of <paramref name="mqtt"/>.</summary>
    public static IReadOnlyList<SparkplugServer> From(SparkplugOptions options, MqttOptions mqtt, string serial)
    {
        var common = new MosquittoOptions
        {
            Host = mqtt.Host,
            Port = mqtt.EffectivePort,
            ClientId = options.ClientId ?? $"ea-{serial}-sparkplug",
            Protocol = options.Protocol == SparkplugProtocol.V5 ? MosquittoProtocol.V5 : MosquittoProtocol.V311,
            CleanStart = true,
            SessionExpiry = TimeSpan.Zero,
            KeepAlive = options.KeepAlive,
        };
        if (options.Servers.Count == 0)
        {
            return
            [
                new(
                    () => common with
                    {
                        Username = mqtt.Username,
                        Password = mqtt.PasswordFile is { } file ? FirstLine(file) : mqtt.Password,
                        Tls = mqtt.Tls ? new(mqtt.CaFile, mqtt.CertFile, mqtt.KeyFile) : null,
                    },
                    $"{common.Host}:{common.Port}"),
            ];
        }

        return [.. options.Servers.Select(server => Of(server, common))];
    }

    private static SparkplugServer Of(SparkplugServerOptions server, MosquittoOptions common)
    {
        var port = server.Port ?? (server.Tls ? 8883 : 1883);
        return new(
            () => common with
            {
                Host = server.Host,
                Port = port,
                Username = server.Username,
                Password = server.PasswordFile is { } file ? FirstLine(file) : null,
                Tls = server.Tls ? new(server.CaFile, server.CertFile, server.KeyFile) : null,
            },
            $"{server.Host}:{port}");
    }

    private static string? FirstLine(string file) => File.ReadLines(file).FirstOrDefault();
}
