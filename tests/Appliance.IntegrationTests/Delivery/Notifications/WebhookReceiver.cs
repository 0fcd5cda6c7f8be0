using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Threading.Channels;
using Appliance.IntegrationTests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace Appliance.IntegrationTests.Delivery.Notifications;

/// <summary>A real HTTP server that checks the signature of each call by itself and answers as it is told.</summary>
internal sealed class WebhookReceiver : IAsyncDisposable
{
    public const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private readonly WebApplication _app;
    private readonly Channel<(string Id, JsonNode Body)> _taken = Channel.CreateUnbounded<(string, JsonNode)>();
    private volatile int _calls;
    private volatile int _forged;

    private WebhookReceiver(WebApplication app) => _app = app;

    /// <summary>What the next calls are answered with; then 204.</summary>
    public ConcurrentQueue<int> Answers { get; } = new();

    public int Calls => _calls;

    /// <summary>Calls whose signature was not right.</summary>
    public int Forged => _forged;

    public string Url => _app.Urls.First() + "/hook";

    public static async Task<WebhookReceiver> Start(TestAuthority? tls = null, int port = 0)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port, listen =>
        {
            if (tls is not null)
            {
                using var pem = X509Certificate2.CreateFromPemFile(tls.ServerCertFile, tls.ServerKeyFile);
                listen.UseHttps(
                    X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null),
                    https => https.HandshakeTimeout = TimeSpan.FromMinutes(1));
            }
        }));
        var receiver = new WebhookReceiver(builder.Build());
        receiver._app.MapPost("/hook", receiver.Take);
        await receiver._app.StartAsync();
        return receiver;
    }

    /// <summary>The next call that was signed rightly and answered with success.</summary>
    public async Task<(string Id, JsonNode Body)> Next() =>
        await _taken.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(90));

    public bool HasMore => _taken.Reader.TryPeek(out _);

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task Take(HttpContext http)
    {
        Interlocked.Increment(ref _calls);
        using var reader = new StreamReader(http.Request.Body, Encoding.UTF8);
        var body = await reader.ReadToEndAsync();
        var (id, timestamp) = (http.Request.Headers["webhook-id"].ToString(), http.Request.Headers["webhook-timestamp"].ToString());
        var expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(
            Convert.FromBase64String(Secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")));
        var fresh = Math.Abs(DateTimeOffset.UtcNow.ToUnixTimeSeconds() - long.Parse(timestamp)) < 300;
        if (expected != http.Request.Headers["webhook-signature"] || !fresh)
            Interlocked.Increment(ref _forged);
        http.Response.StatusCode = Answers.TryDequeue(out var answer) ? answer : 204;
        if (http.Response.StatusCode == 302)
            http.Response.Headers.Location = "/elsewhere";
        if (http.Response.StatusCode < 300)
            _taken.Writer.TryWrite((id, JsonNode.Parse(body)!));
    }
}
