using System.Net;
using System.Security.Authentication;
using Appliance.FabricGateway.Configuration;
using Appliance.FabricGateway.Health;
using Appliance.FabricGateway.Intake;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Appliance.FabricGateway.Https;

/// <summary>Two listeners: boxes over TLS with client certificates, health and metrics in plain HTTP on loopback.</summary>
public static class HttpHost
{
    private const long MaxBody = 1 << 20;

    /// <exception cref="System.Security.Cryptography.CryptographicException">A certificate cannot be used.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static WebApplication Build(
        GatewayOptions options, BoxEndpoints endpoints, GatewayHealth health, GatewayMetrics metrics, TimeProvider clock, ILoggerFactory loggers)
    {
        // Not the working folder: for a service that is /, and all of it would be watched for changed settings.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        // Configuration comes from fabric-gateway.json alone: an environment variable must not open a port.
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        builder.Services.AddSingleton(loggers);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBody;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);
            kestrel.Limits.MaxConcurrentConnections = 2000;
            kestrel.Listen(IPAddress.Loopback, options.Observe.Port);
            if (options.Https.Enabled)
                ListenToBoxes(kestrel, options, clock, loggers.CreateLogger("Appliance.FabricGateway.Https"));
        });

        var app = builder.Build();
        app.Use(Separate);
        app.MapGet("/health", (RequestDelegate)(async context =>
        {
            var report = await health.Report(context.RequestAborted).ConfigureAwait(false);
            context.Response.StatusCode = report.Status == "failed" ? 503 : 200;
            await context.Response.WriteAsJsonAsync(report, HealthJson.Default.HealthReport).ConfigureAwait(false);
        }));
        app.MapGet("/metrics", (RequestDelegate)(async context =>
        {
            var page = metrics.Write(await health.Report(context.RequestAborted).ConfigureAwait(false));
            context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
            await context.Response.WriteAsync(page).ConfigureAwait(false);
        }));
        if (options.Https.Enabled)
            endpoints.Map(app);
        return app;
    }

    /// <summary>Each listener has its own pages; the other's are not there.</summary>
    private static Task Separate(HttpContext context, RequestDelegate next)
    {
        var isBox = context.Features.Get<BoxConnection>() is not null;
        if (context.Request.Path.StartsWithSegments("/v1") == isBox)
            return next(context);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }

    private static void ListenToBoxes(KestrelServerOptions kestrel, GatewayOptions options, TimeProvider clock, ILogger logger)
    {
        var clients = new ClientCertificates(options.Https.ClientCaFiles, options.Devices, clock);
        var server = new ServerCertificate(options.Https.CertFile!, options.Https.KeyFile!, clock, logger);
        var throttle = new Throttle(TimeSpan.FromMinutes(1));
        void Configure(ListenOptions listener)
        {
            listener.UseHttps(new HttpsConnectionAdapterOptions
            {
                ServerCertificateSelector = (_, _) => server.Current,
                ClientCertificateMode = ClientCertificateMode.RequireCertificate,
                CheckCertificateRevocation = false,
                SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                HandshakeTimeout = TimeSpan.FromSeconds(15),
                ClientCertificateValidation = (certificate, _, _) =>
                {
                    var why = clients.WhyNot(certificate);
                    if (why is not null && throttle.Pass(out var count))
                        logger.ClientRefused(why, count);
                    return why is null;
                },
            });
            listener.Use(next => connection =>
            {
                if (connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate is { } certificate)
                    connection.Features.Set(new BoxConnection(clients.SpeakerOf(certificate)));
                return next(connection);
            });
        }

        if (options.Https.Address == "*")
            kestrel.ListenAnyIP(options.Https.Port, Configure);
        else
            kestrel.Listen(IPAddress.Parse(options.Https.Address), options.Https.Port, Configure);
    }
}
