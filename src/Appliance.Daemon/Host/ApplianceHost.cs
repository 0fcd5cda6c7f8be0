using Appliance.Daemon.Host.Configuration;
using Appliance.Daemon.Pipeline;

namespace Appliance.Daemon.Host;

/// <summary>The daemon: the running box and REST on top of it. Stops REST first, then the box.</summary>
internal sealed class ApplianceHost : IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly ILoggerFactory _loggers;
    private readonly ILogger _logger;

    private ApplianceHost(WebApplication web, ApplianceRuntime runtime, ILoggerFactory loggers)
    {
        _web = web;
        _loggers = loggers;
        _logger = loggers.CreateLogger<ApplianceHost>();
        Runtime = runtime;
    }

    public ApplianceRuntime Runtime { get; }

    /// <summary>Where REST listens, with real ports.</summary>
    public IReadOnlyList<string> Addresses => [.. _web.Urls];

    /// <param name="options">Validated.</param>
    /// <param name="cancel">Gives up starting.</param>
    /// <param name="logging">Adds loggers.</param>
    /// <param name="clock">Time; null = the system's.</param>
    public static async Task<ApplianceHost> StartAsync(
        ApplianceOptions options, CancellationToken cancel, Action<ILoggingBuilder>? logging = null, TimeProvider? clock = null)
    {
        var loggers = HostLogging.Create(options.Log, logging);
        var runtime = await ApplianceRuntime.StartAsync(
            RuntimeOptionsFactory.From(options), _ => Task.FromResult<IReadOnlyList<Capture.Cameras.CameraOptions>>([]),
            clock ?? TimeProvider.System, loggers, cancel);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton(loggers);
        builder.Services.AddSingleton(runtime);
        var host = new ApplianceHost(builder.Build(), runtime, loggers);
        await host._web.StartAsync(cancel);
        host._logger.Started(RuntimeOptionsFactory.Version, runtime.Options.Identity.Serial, string.Join(", ", host.Addresses));
        return host;
    }

    /// <summary>Until SIGTERM, SIGINT or <paramref name="cancel"/>.</summary>
    public Task WaitForShutdownAsync(CancellationToken cancel) => _web.WaitForShutdownAsync(cancel);

    public async ValueTask DisposeAsync()
    {
        _logger.Stopping();
        await _web.DisposeAsync();
        await Runtime.DisposeAsync();
        _loggers.Dispose();
    }
}
