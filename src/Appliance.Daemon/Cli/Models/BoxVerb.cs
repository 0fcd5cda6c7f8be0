using System.CommandLine;
using Appliance.Daemon.Cli.Watchlist;
using Appliance.Daemon.Models;
using Appliance.Inference;
using Appliance.Inference.Catalogue;
using Appliance.Inference.Installing;
using Appliance.Store;

namespace Appliance.Daemon.Cli.Models;

/// <summary>A verb that changes models: on the stopped box itself, on a running one over REST.</summary>
internal abstract class BoxVerb(string name, string description) : Verb(name, description)
{
    protected abstract Task<int> OnStopped(CliBox box, ParseResult arguments, CliOutput output, CancellationToken cancel);

    protected abstract Task<int> OnRunning(RunningBox box, ParseResult arguments, CliOutput output, CancellationToken cancel);

    protected sealed override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        CliBox stopped;
        try
        {
            stopped = await CliBox.OpenAsync(arguments, cancel);
        }
        catch (BoxRunsException)
        {
            using var running = RunningBox.Open(arguments);
            return await OnRunning(running, arguments, output, cancel);
        }

        await using (stopped)
        {
            try
            {
                return await OnStopped(stopped, arguments, output, cancel);
            }
            catch (Exception error) when (error is InferenceException or InstallException or ModelJobException or StoreException)
            {
                throw new CliException(error.Message);
            }
        }
    }

    /// <exception cref="CliException">The catalogue has no such model.</exception>
    protected static ModelEntry Known(CliBox box, string name) => box.Models.Find(name)
        ?? throw new CliException($"there is no model '{name}'; see 'watchpost models list'", ExitCode.Usage);

    protected static ProgressLine Line(CliOutput output, string what, string unit) => output.Progress(what, unit);

    /// <exception cref="CliException">The job did not end well.</exception>
    protected static void NeedDone(ModelJob job)
    {
        if (job.State != ModelJobState.Done)
            throw new CliException(job.Reason ?? $"the daemon says: {job.State}");
    }
}
