using System.Net;
using System.Security.Cryptography.X509Certificates;
using Appliance.Fabric;
using Appliance.Grpc;
using Appliance.IntegrationTests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;
using Wire = Appliance.Fabric.Wire;

namespace Appliance.IntegrationTests.Fabric.GatewayDouble;

/// <summary>
/// A Fabric network for tests: one channel with one chaincode behind a Gateway service with TLS, in this process. Strict where a client could be
/// wrong (signature, low-S, transaction id, headers, certificate), with real envelopes, versioned state and blocks, and with a
/// script for everything that goes wrong. A real network is the arbiter; this one is for CI.
/// </summary>
internal sealed class FabricDouble : IAsyncDisposable
{
    private readonly FabricDoubleOptions _options;
    private readonly GatewayService _service;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _ordering;
    private readonly X509Certificate2 _certificate;
    private readonly X509Certificate2 _root;
    private readonly ReservedPort _port = new();
    private WebApplication? _app;

    private FabricDouble(FabricDoubleOptions options)
    {
        _options = options;
        Orderer = new(Ledger, options.BlockSize);
        _service = new(options, Ledger, Orderer, Script);
        _ordering = Orderer.Run(_stop.Token);
        _certificate = Load(options.Authority.ServerCertFile, options.Authority.ServerKeyFile);
        _root = X509CertificateLoader.LoadCertificateFromFile(options.Authority.CaFile);
    }

    public Ledger Ledger { get; } = new();

    public Orderer Orderer { get; }

    /// <summary>What goes wrong next.</summary>
    public FaultScript Script { get; } = new();

    /// <summary>What clients did wrong; a test that meant nothing wrong ends with none.</summary>
    public IReadOnlyCollection<string> Violations => _service.Violations;

    /// <summary>Changes what Endorse answers: a gateway that lies.</summary>
    public Func<Wire.Envelope, Wire.Envelope>? Tamper
    {
        get => _service.Tamper;
        set => _service.Tamper = value;
    }

    public Uri Address => new($"https://localhost:{_port.Number}");

    public string Channel => _options.Channel;

    public string Chaincode => _options.Chaincode;

    /// <summary>Calls of a method, refused ones included.</summary>
    public int Calls(Method method) => _service.Calls(method);

    /// <summary>Streams of events that have begun; a block that comes now is in them.</summary>
    public int Streams => _service.Streams;

    public static async Task<FabricDouble> Start(FabricDoubleOptions options)
    {
        var network = new FabricDouble(options);
        await network.Listen();
        return network;
    }

    /// <summary>A channel that trusts the double, with a client certificate if it wants one.</summary>
    public GrpcChannel OpenChannel(X509Certificate2? clientCertificate = null) => new(new()
    {
        Address = Address,
        Authorities = GrpcChannelOptions.AuthoritiesFromPem(File.ReadAllText(_options.Authority.CaFile)),
        ClientCertificate = clientCertificate,
        PingEvery = TimeSpan.FromMinutes(2),
    });

    /// <summary>A member of an organisation, with its key; unit <c>admin</c> is Fabric's role of that name.</summary>
    public (X509Identity Identity, PrivateKeySigner Signer) NewMember(string mspId = "Org1MSP", string name = "member", string? unit = null)
    {
        var (certificate, key) = _options.Authority.IssueClient(name, unit);
        return (X509Identity.FromFile(mspId, certificate), PrivateKeySigner.FromFile(key));
    }

    /// <summary>The peer is gone: nobody listens. Ledger and orderer live on.</summary>
    public async Task StopListening()
    {
        if (_app is not { } app)
            return;
        _app = null;
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await app.StopAsync(soon.Token);
        await app.DisposeAsync();
    }

    /// <summary>Back at the same address.</summary>
    public async Task Listen()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // A client on a loaded machine may pause within a message.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(IPAddress.Loopback, _port.Number, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.UseHttps(_certificate, Https);
            });
        });
        _app = builder.Build();
        foreach (var (path, method) in _service.Routes)
            _app.MapPost(path, method);
        await _app.StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await StopListening();
        await _stop.CancelAsync();
        await Task.WhenAny(_ordering);
        _service.Dispose();
        _certificate.Dispose();
        _root.Dispose();
        _port.Dispose();
        _stop.Dispose();
    }

    internal static X509Certificate2 Load(string certificate, string key)
    {
        using var pem = X509Certificate2.CreateFromPemFile(certificate, key);
        return X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null);
    }

    private void Https(HttpsConnectionAdapterOptions https)
    {
        if (!_options.RequireClientCertificate)
            return;
        https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
        https.ClientCertificateValidation = (certificate, _, _) =>
        {
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            chain.ChainPolicy.CustomTrustStore.Add(_root);
            return chain.Build(certificate);
        };
    }
}
