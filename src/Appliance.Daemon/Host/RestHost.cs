using System.Net;
using System.Security.Authentication;
using Appliance.Daemon.Cameras;
using Appliance.Daemon.Endpoints;
using Appliance.Daemon.Endpoints.Metrics;
using Appliance.Daemon.Endpoints.Security;
using Appliance.Daemon.Endpoints.Support;
using Appliance.Daemon.Host.Configuration;
using Appliance.Daemon.Pipeline;
using Appliance.Daemon.Settings;
using Appliance.Daemon.Watchlist;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Appliance.Daemon.Host;

/// <summary>Puts REST together: bind → services → middleware in order → routes.</summary>
internal static class RestHost
{
    public static WebApplication Build(
        ApplianceOptions options, ApplianceRuntime runtime, LiveSettings settings, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        // Configuration comes from appliance.json alone: an environment variable must not open a port.
        builder.Configuration.Sources.Clear();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton(runtime);
        builder.Services.AddSingleton(settings);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(options.Api);
        builder.Services.AddSingleton<CameraRegistry>();
        builder.Services.AddSingleton<RequestCounter>();
        builder.Services.AddSingleton(_ => new Enrolment(runtime.Pipeline.Recognizers, new() { MaxBytes = options.Api.MaxPhotoBytes }, runtime.Clock));
        builder.Services.AddHostedService<Maintenance>();
        AddApi(builder.Services, options.Api);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => Listen(kestrel, options, runtime));

        var app = builder.Build();
        Use(app, options.Api);
        app.MapApi();
        return app;
    }

    private static void AddApi(IServiceCollection services, ApiOptions options)
    {
        services.ConfigureHttpJsonOptions(json => ApiJson.Apply(json.SerializerOptions));
        // Swashbuckle reads MVC's.
        services.Configure<Microsoft.AspNetCore.Mvc.JsonOptions>(json => ApiJson.Apply(json.JsonSerializerOptions));
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
        services.AddProblemDetails(problems => problems.CustomizeProblemDetails = context => Problems.Complete(context.ProblemDetails));
        services.AddExceptionHandler<FaultHandler>();
        // Only the core: the rest brings Data Protection, which writes keys of its own to the home directory.
        services.AddWebEncoders();
        services.AddTransient<TokenAuthentication>();
        services.AddAuthenticationCore(authentication =>
        {
            authentication.DefaultScheme = TokenAuthentication.Scheme;
            authentication.AddScheme<TokenAuthentication>(TokenAuthentication.Scheme, null);
        });
        services.AddAuthorization(Policies.Add);
        services.AddRateLimiter(limiter => RateLimits.Configure(limiter, options));
        services.AddEndpointsApiExplorer();
        services.AddSwaggerGen(ApiDocument.Configure);
    }

    private static void Use(WebApplication app, ApiOptions options)
    {
        var requests = app.Services.GetRequiredService<RequestCounter>();
        app.Use(async (http, next) =>
        {
            await next(http);
            requests.Count(http.Response.StatusCode);
        });
        app.UseSecurityHeaders();
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        app.UseRouting();
        app.UseRateLimiter();
        if (options.Swagger)
        {
            app.UseSwagger();
            app.UseSwaggerUI(ui =>
            {
                ui.DocumentTitle = "Watchpost";
                ui.SwaggerEndpoint("/swagger/v1/swagger.json", "v1");
            });
        }

        app.UseAuthentication();
        app.UseAuthorization();
    }

    private static void Listen(KestrelServerOptions kestrel, ApplianceOptions options, ApplianceRuntime runtime)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = options.Api.MaxBodyBytes;
        kestrel.Limits.MaxConcurrentConnections = 256;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(15);

        var addresses = options.Api.Listen.Select(text => ListenAddress.Parse(text)!).ToList();
        if (addresses.Any(address => address.Https))
            kestrel.ConfigureHttpsDefaults(https => UseCertificate(https, options, runtime));
        foreach (var address in addresses)
        {
            if (address.Address is null)
                kestrel.ListenAnyIP(address.Port, Configure);
            else
                kestrel.Listen(new IPEndPoint(address.Address, address.Port), Configure);

            void Configure(ListenOptions listen)
            {
                if (address.Https)
                    listen.UseHttps();
            }
        }
    }

    private static void UseCertificate(
        Microsoft.AspNetCore.Server.Kestrel.Https.HttpsConnectionAdapterOptions https, ApplianceOptions options, ApplianceRuntime runtime)
    {
        https.SslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13;
        if (options.Api.CertificateFile.Length > 0)
        {
            (https.ServerCertificate, https.ServerCertificateChain) = BoxCertificate.Load(options.Api.CertificateFile, options.Api.KeyFile);
            return;
        }

        https.ServerCertificate = BoxCertificate.LoadOrMake(
            runtime.Options.Store.DataDirectory, runtime.Options.Identity.Serial, runtime.Clock.GetUtcNow());
    }
}
