using System.CommandLine;

namespace Appliance.Daemon.Cli;

/// <summary>
/// One verb: declares its arguments in the constructor and does its work in <see cref="Run"/>. <c>--json</c> and <c>--config</c> are there for all.
/// A <see cref="CliException"/> ends it with a message; anything else is a bug and shows its stack.
/// </summary>
internal abstract class Verb : Command
{
    protected Verb(string name, string description)
        : base(name, description) => SetAction(Invoke);

    /// <summary>Returns an <see cref="ExitCode"/>.</summary>
    protected abstract Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel);

    private async Task<int> Invoke(ParseResult arguments, CancellationToken cancel)
    {
        var streams = arguments.InvocationConfiguration;
        var output = new CliOutput(arguments.GetValue(CommandLine.Json), streams.Output, streams.Error);
        try
        {
            return await Run(arguments, output, cancel);
        }
        catch (CliException error)
        {
            output.Fail(error.Message);
            return error.Code;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return ExitCode.Failed;
        }
    }
}

/// <summary>The verb cannot go on; the message says why and what to do.</summary>
internal class CliException(string message, int code = ExitCode.Failed) : Exception(message)
{
    public int Code => code;
}
