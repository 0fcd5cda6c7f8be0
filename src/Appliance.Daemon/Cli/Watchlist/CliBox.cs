using System.CommandLine;
using Appliance.Daemon.Host;
using Appliance.Daemon.Models;
using Appliance.Daemon.Pipeline;
using Appliance.Daemon.Watchlist;
using Appliance.Inference;
using Appliance.Store;
using Appliance.Store.Audit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.Daemon.Cli.Watchlist;

/// <summary>The store and the models of the configured box, for a verb that works while the daemon does not run.</summary>
internal sealed class CliBox : IAsyncDisposable
{
    private readonly InferenceEngine _engine;
    private readonly RecognizerFactory _recognizers;

    private CliBox(ApplianceStore store, InferenceEngine engine, RecognizerFactory recognizers) =>
        (Store, _engine, _recognizers, Enrolment, Models) = (
            store, engine, recognizers, new Enrolment(recognizers, new()),
            new ModelDesk(engine, store, null, TimeProvider.System, NullLoggerFactory.Instance));

    public ApplianceStore Store { get; }

    public Enrolment Enrolment { get; }

    /// <summary>What is done to models.</summary>
    public ModelDesk Models { get; }

    /// <summary>Who the audit log names.</summary>
    public static Actor Actor => new(Environment.UserName is { Length: > 0 } name ? name : "root", "console");

    /// <exception cref="CliException">The configuration, the data folder or the models cannot be used.</exception>
    public static async Task<CliBox> OpenAsync(ParseResult arguments, CancellationToken cancel)
    {
        var options = RuntimeOptionsFactory.From(CliConfiguration.Load(arguments).Options);
        try
        {
            var store = await ApplianceStore.Open(options.Store, TimeProvider.System, NullLoggerFactory.Instance, cancel);
            var engine = new InferenceEngine(options.Inference);
            (await ModelSelection.Read(store, cancel)).ApplyTo(engine);
            return new(store, engine, new RecognizerFactory(engine, store, options.Tracking, options.Alerts, options.Identity.BootId)
            {
                Recognition = options.Recognition,
            });
        }
        catch (StoreException error) when (error.Fault == StoreFault.InUse)
        {
            throw new BoxRunsException($"{error.Message} While the daemon runs, use REST (/swagger) or stop it first.");
        }
        catch (Exception error) when (error is StoreException or InferenceException)
        {
            throw new CliException(error.Message);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Models.DisposeAsync();
        Enrolment.Dispose();
        _recognizers.Dispose();
        _engine.Dispose();
        await Store.DisposeAsync();
    }
}

/// <summary>The daemon holds the data folder.</summary>
internal sealed class BoxRunsException(string message) : CliException(message);
