using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Appliance.Inference.Catalogue;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Appliance.IntegrationTests.Models;

/// <summary>A web server on loopback that serves one made-up model file over https, with whatever faults a test wants.</summary>
internal sealed class ModelServer : IAsyncDisposable
{
    public const string Tag = "\"version-1\"";

    private readonly TestAuthority _authority;
    private readonly WebApplication _app;
    private readonly List<(long Until, TaskCompletionSource Waiter)> _waiting = [];
    private long _arrived;
    private int _requests;

    private ModelServer(TestAuthority authority, WebApplication app, byte[] content) => (_authority, _app, Content) = (authority, app, content);

    /// <summary>The file.</summary>
    public byte[] Content { get; }

    /// <summary>How it answers; the number counts requests from 1.</summary>
    public Func<HttpContext, int, Task>? Answer { get; set; }

    /// <summary>Range headers as they came, empty where there was none.</summary>
    public List<string> Ranges { get; } = [];

    /// <summary>To be told how much of the file the client has: a connection that is cut sooner may lose what is on its way.</summary>
    public void Arrived(long bytes)
    {
        lock (_waiting)
        {
            _arrived = bytes;
            foreach (var (until, waiter) in _waiting.ToList())
            {
                if (bytes >= until)
                    waiter.TrySetResult();
            }
        }
    }

    /// <summary>Breaks the connection once the client has so much of the file.</summary>
    public async Task Cut(HttpContext http, long until)
    {
        var waiter = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_waiting)
        {
            if (_arrived >= until)
                waiter.SetResult();
            else
                _waiting.Add((until, waiter));
        }

        await waiter.Task.WaitAsync(Patience.Long);
        http.Abort();
    }

    public string Address => _app.Urls.First();

    /// <summary>The file of the certificate authority that clients must trust.</summary>
    public string CaFile => _authority.CaFile;

    public static async Task<ModelServer> Start(int bytes = 300_000)
    {
        var content = new byte[bytes];
        new Random(7).NextBytes(content);
        return await Start(content);
    }

    public static async Task<ModelServer> Start(byte[] content)
    {
        var authority = new TestAuthority();
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(
            System.Net.IPAddress.Loopback, 0,
            listen => listen.UseHttps(X509Certificate2.CreateFromPemFile(authority.ServerCertFile, authority.ServerKeyFile))));
        var app = builder.Build();
        var server = new ModelServer(authority, app, content);
        app.Run(server.Handle);
        await app.StartAsync();
        return server;
    }

    /// <summary>A catalogue entry of the file under its true size and hash.</summary>
    public ModelEntry Entry(bool commercial = true) => new()
    {
        Name = "made-up",
        Version = "1",
        Kind = ModelKind.FaceDetector,
        File = "made-up.onnx",
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(Content)),
        Bytes = Content.Length,
        Licence = commercial ? "MIT" : "Research only",
        CommercialUse = commercial,
        Source = new("https://example.org"),
        Url = new Uri($"{Address}/made-up.onnx"),
        Input = new() { Name = "input", Width = 64, Height = 64, Channels = ChannelOrder.Bgr },
        Output = new() { Strides = [8] },
    };

    /// <summary>What a client of this server sends by.</summary>
    public HttpMessageHandler Handler()
    {
        var handler = new SocketsHttpHandler { AllowAutoRedirect = false };
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) =>
            certificate!.GetRawCertData().AsSpan().SequenceEqual(
                X509CertificateLoader.LoadCertificateFromFile(_authority.ServerCertFile).RawData);
        return handler;
    }

    /// <summary>The file as a good server sends it: parts, If-Range, a strong tag.</summary>
    public Task Serve(HttpContext http) => Serve(http, Content.Length);

    /// <summary>The same, but the connection breaks after so many bytes of the file.</summary>
    public async Task Serve(HttpContext http, int until)
    {
        var from = 0;
        http.Response.Headers.ETag = Tag;
        http.Response.Headers.AcceptRanges = "bytes";
        if (http.Request.Headers.Range.ToString() is ['b', 'y', 't', 'e', 's', '=', .. var range]
            && (http.Request.Headers.IfRange.Count == 0 || http.Request.Headers.IfRange == Tag))
        {
            from = int.Parse(range.TrimEnd('-'), System.Globalization.CultureInfo.InvariantCulture);
            http.Response.StatusCode = 206;
            http.Response.Headers.ContentRange = $"bytes {from}-{Content.Length - 1}/{Content.Length}";
        }

        http.Response.ContentLength = Content.Length - from;
        await http.Response.Body.WriteAsync(Content.AsMemory(from, Math.Max(0, Math.Min(until, Content.Length) - from)));
        await http.Response.Body.FlushAsync();
        if (until < Content.Length)
            await Cut(http, until);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _authority.Dispose();
    }

    private Task Handle(HttpContext http)
    {
        lock (Ranges)
            Ranges.Add(http.Request.Headers.Range.ToString());
        var number = Interlocked.Increment(ref _requests);
        return Answer is null ? Serve(http) : Answer(http, number);
    }
}
