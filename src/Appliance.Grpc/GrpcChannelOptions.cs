using System.Security.Cryptography.X509Certificates;

namespace Appliance.Grpc;

/// <summary>Where a server is and how it is trusted.</summary>
public sealed record GrpcChannelOptions
{
    /// <summary><c>https://host:port</c>, or <c>http://</c> for HTTP/2 without TLS.</summary>
    public required Uri Address { get; init; }

    /// <summary>Plaintext to other hosts than this one. Off: an <c>http://</c> address that is not loopback is refused.</summary>
    public bool AllowPlaintext { get; init; }

    /// <summary>The only authorities that are trusted; null = those of the system.</summary>
    public X509Certificate2Collection? Authorities { get; init; }

    /// <summary>Shown to a server that asks for one; with its private key.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>Name expected in the server's certificate where it is not the address's host.</summary>
    public string? TargetHost { get; init; }

    /// <summary>Largest message taken or sent, bytes.</summary>
    public int MaxMessageBytes { get; init; } = 64 << 20;

    /// <summary>
    /// Pause between pings on a silent connection; null = none. grpc-core cuts a client off that pings more often than every
    /// five minutes, Fabric's peer one that pings more often than every minute.
    /// </summary>
    public TimeSpan? PingEvery { get; init; }

    /// <summary>Longest time to reach the server and shake hands.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>A connection is replaced after this long, so that a renewed certificate or address is seen.</summary>
    public TimeSpan ConnectionLifetime { get; init; } = TimeSpan.FromHours(1);

    /// <summary><c>user-agent</c>.</summary>
    public string UserAgent { get; init; } = "watchpost-grpc/1";

    /// <summary>Reads one or more certificates from PEM text.</summary>
    /// <exception cref="System.Security.Cryptography.CryptographicException">There is none in it.</exception>
    public static X509Certificate2Collection AuthoritiesFromPem(string pem)
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPem(pem);
        return authorities.Count > 0
            ? authorities
            : throw new System.Security.Cryptography.CryptographicException("there is no certificate in the authority file");
    }
}
