using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Appliance.IntegrationTests.Grpc;

/// <summary>An in-process HTTP/2 server whose methods are lambdas: what a gRPC server says, byte by byte.</summary>
internal sealed class GrpcTestServer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private GrpcTestServer(WebApplication app) => _app = app;

    public Uri Address => new(_app.Urls.First());

    public static async Task<GrpcTestServer> Start(
        Dictionary<string, RequestDelegate> methods, X509Certificate2? certificate = null, bool askForClientCertificate = false)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            // A client on a loaded machine may pause within a message.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                if (certificate is not null)
                {
                    listen.UseHttps(certificate, https =>
                    {
                        https.ClientCertificateMode = askForClientCertificate ? ClientCertificateMode.RequireCertificate : ClientCertificateMode.NoCertificate;
                        https.AllowAnyClientCertificate();
                    });
                }
            });
        });
        var app = builder.Build();
        foreach (var (path, method) in methods)
            app.MapPost(path, method);
        await app.StartAsync();
        return new(app);
    }

    public async ValueTask DisposeAsync()
    {
        using var soon = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await _app.StopAsync(soon.Token);
        await _app.DisposeAsync();
    }

    public static async Task<StringValue?> Read(HttpContext http)
    {
        var header = new byte[5];
        if (await http.Request.Body.ReadAtLeastAsync(header, 5, throwOnEndOfStream: false) < 5)
            return null;
        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(1))];
        await http.Request.Body.ReadExactlyAsync(body);
        return StringValue.Parser.ParseFrom(body);
    }

    public static async Task Write(HttpContext http, string text, byte flag = 0)
    {
        if (!http.Response.HasStarted)
            http.Response.ContentType = "application/grpc";
        var message = new StringValue { Value = text }.ToByteArray();
        var frame = new byte[5 + message.Length];
        frame[0] = flag;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        await http.Response.Body.WriteAsync(frame);
        await http.Response.Body.FlushAsync();
    }

    public static void End(HttpContext http, int status, string? message = null)
    {
        http.Response.AppendTrailer("grpc-status", $"{status}");
        if (message is not null)
            http.Response.AppendTrailer("grpc-message", message);
    }

    /// <summary>The whole answer in the headers.</summary>
    public static Task Refuse(HttpContext http, int status, string message, string? details = null)
    {
        http.Response.ContentType = "application/grpc";
        http.Response.Headers["grpc-status"] = $"{status}";
        http.Response.Headers["grpc-message"] = message;
        if (details is not null)
            http.Response.Headers["grpc-status-details-bin"] = details;
        return Task.CompletedTask;
    }
}
