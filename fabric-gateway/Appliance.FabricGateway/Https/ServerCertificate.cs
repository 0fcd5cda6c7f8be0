using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Appliance.FabricGateway.Https;

/// <summary>Our certificate, read again when its file changes, so that a renewal needs no restart. Thread-safe.</summary>
public sealed class ServerCertificate
{
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(30);

    private readonly Lock _lock = new();
    private readonly string _certFile;
    private readonly string _keyFile;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private X509Certificate2 _certificate;
    private DateTime _written;
    private long _looked;

    /// <exception cref="CryptographicException">The files are no certificate with its key.</exception>
    /// <exception cref="IOException">They cannot be read.</exception>
    public ServerCertificate(string certFile, string keyFile, TimeProvider clock, ILogger logger)
    {
        (_certFile, _keyFile, _clock, _logger) = (certFile, keyFile, clock, logger);
        _written = Written();
        _certificate = Read();
        _looked = clock.GetTimestamp();
    }

    public X509Certificate2 Current
    {
        get
        {
            lock (_lock)
            {
                if (_clock.GetElapsedTime(_looked) >= s_look)
                    Refresh();
                return _certificate;
            }
        }
    }

    private void Refresh()
    {
        _looked = _clock.GetTimestamp();
        try
        {
            if (Written() is var written && written == _written)
                return;

            // The one before may still be in use by a handshake: it is left to the collector.
            _certificate = Read();
            _written = written;
        }
        catch (Exception error) when (error is CryptographicException or IOException or UnauthorizedAccessException)
        {
            _logger.CertificateUnreadable(_certFile, error.Message);
        }
    }

    private DateTime Written()
    {
        var (cert, key) = (File.GetLastWriteTimeUtc(_certFile), File.GetLastWriteTimeUtc(_keyFile));
        return cert > key ? cert : key;
    }

    private X509Certificate2 Read() => X509Certificate2.CreateFromPemFile(_certFile, _keyFile);
}
