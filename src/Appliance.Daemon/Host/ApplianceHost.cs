using Appliance.Daemon.Cameras;
using Appliance.Daemon.Host.Configuration;
using Appliance.Daemon.Pipeline;
using Appliance.Daemon.Settings;
using Appliance.Native.Systemd;

namespace Appliance.Daemon.Host;

/// <summary>The daemon: the running box and REST on top of it. Stops REST first, then the box.</summary>
internal sealed class ApplianceHost : IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;
    private readonly Heartbeat _heartbeat;
    private int _disposed;

    private ApplianceHost(WebApplication web, ApplianceRuntime runtime, ILoggerFactory loggers, string? claimCode)
    {
        _web = web;
        _loggers = loggers;
        _logger = loggers.CreateLogger<ApplianceHost>();
        _heartbeat = new Heartbeat(runtime, SystemdNotifier.FromEnvironment(), _logger);
        Runtime = runtime;
        ClaimCode = claimCode;
    }

    public ApplianceRuntime Runtime { get; }

    /// <summary>What REST is made of.</summary>
    public IServiceProvider Services => _web.Services;

    /// <summary>Where REST listens, with real ports.</summary>
    public IReadOnlyList<string> Addresses => [.. _web.Urls];

    /// <summary>The one-time code that makes the first admin; null when there is one. To be shown, never logged.</summary>
    public string? ClaimCode { get; }

    /// <param name="options">Validated.</param>
    /// <param name="cancel">Gives up starting.</param>
    /// <param name="logging">Adds loggers.</param>
    /// <param name="clock">Time; null = the system's.</param>
    /// <exception cref="Store.StoreException">The data folder cannot be used.</exception>
    /// <exception cref="IOException">An address is in use.</exception>
    public static async Task<ApplianceHost> StartAsync(
        ApplianceOptions options, CancellationToken cancel, Action<ILoggingBuilder>? logging = null, TimeProvider? clock = null)
    {
        var loggers = HostLogging.Create(options.Log.Level, logging);
        ApplianceRuntime? runtime = null;
        WebApplication? web = null;
        try
        {
            runtime = await ApplianceRuntime.StartAsync(
                RuntimeOptionsFactory.From(options), CameraRegistry.ReadStored, clock ?? TimeProvider.System, loggers, cancel);
            var settings = await LiveSettings.OpenAsync(runtime, cancel);
            var claimCode = await runtime.Store.ClaimCode.Renew(cancel);
            web = RestHost.Build(options, runtime, settings, loggers);
            await web.StartAsync(cancel);

            var host = new ApplianceHost(web, runtime, loggers, claimCode);
            host._logger.Started(RuntimeOptionsFactory.Version, runtime.Options.Identity.Serial, string.Join(", ", host.Addresses));
            if (claimCode is not null)
                host._logger.Unclaimed();
            return host;
        }
        catch
        {
            if (web is not null)
                await web.DisposeAsync();
            if (runtime is not null)
                await runtime.DisposeAsync();
            loggers.Dispose();
            throw;
        }
    }

    /// <summary>Until SIGTERM, SIGINT or <paramref name="cancel"/>.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancel) => _web.WaitForShutdownAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;

        _logger.Stopping();
        _heartbeat.Stopping(Runtime.Options.Pipeline.DrainTimeout);
        await _web.StopAsync();
        await _web.DisposeAsync();
        await Runtime.DisposeAsync();
        _heartbeat.Dispose();
        _loggers.Dispose();
    }
}
