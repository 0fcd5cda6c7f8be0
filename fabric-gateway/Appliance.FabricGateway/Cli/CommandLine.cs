using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Appliance.FabricGateway.Configuration;
using Appliance.FabricGateway.Store;
using Spectre.Console;

namespace Appliance.FabricGateway.Cli;

/// <summary>The verbs of <c>fabric-gateway</c> and the options that all of them have.</summary>
internal static class CommandLine
{
    public static readonly Option<bool> Json = new("--json") { Description = "Print JSON instead of text.", Recursive = true };

    public static readonly Option<string?> Config = new("--config")
    {
        Description = $"Configuration file; default: ${GatewayConfiguration.Variable}, else {GatewayConfiguration.DefaultPath}.",
        HelpName = "FILE",
        Recursive = true,
    };

    /// <summary>Parses and runs. 0 = done, 1 = failed, 2 = wrong usage or configuration.</summary>
    public static async Task<int> Invoke(IEnumerable<Command> verbs, string[] args)
    {
        var root = new RootCommand("Anchors what Watchpost boxes sign on a Hyperledger Fabric ledger.") { Json, Config };
        foreach (var verb in verbs)
            root.Add(verb);
        var parsed = root.Parse(args);
        var code = await parsed.InvokeAsync(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeSpan.FromMinutes(1),
        }).ConfigureAwait(false);
        return parsed.Errors.Count > 0 ? ExitCode.Usage : code;
    }
}

/// <summary>What the process ends with.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int Usage = 2;
}

/// <summary>The verb cannot go on; the message says why and what to do.</summary>
internal sealed class CliException(string message, int code = ExitCode.Failed) : Exception(message)
{
    public int Code => code;
}

/// <summary>One verb: declares its arguments in the constructor and does its work in <see cref="Run"/>.</summary>
internal abstract class Verb : Command
{
    protected Verb(string name, string description)
        : base(name, description) => SetAction(Invoke);

    /// <summary>Returns an <see cref="ExitCode"/>.</summary>
    protected abstract Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel);

    /// <summary>The configuration for a verb that needs a good one.</summary>
    /// <exception cref="CliException">It has faults: all of them, one per line.</exception>
    protected static GatewayOptions Configured(ParseResult arguments)
    {
        var loaded = GatewayConfiguration.Load(arguments.GetValue(CommandLine.Config));
        return loaded.Faults.Count == 0
            ? loaded.Options
            : throw new CliException(
                $"{loaded.Path} cannot be used:{Environment.NewLine}{string.Join(Environment.NewLine, loaded.Faults.Select(fault => "  " + fault))}", ExitCode.Usage);
    }

    /// <summary>The outbox, beside a companion that may be running.</summary>
    protected static OperatorStore Outbox(GatewayOptions options) => OperatorStore.Open(options.Storage.DataDirectory, Operator(), TimeProvider.System);

    /// <summary>Who types this: sudo's caller, else the user.</summary>
    private static string Operator() => Environment.GetEnvironmentVariable("SUDO_USER") is { Length: > 0 } caller ? caller : Environment.UserName;

    private async Task<int> Invoke(ParseResult arguments, CancellationToken cancel)
    {
        var output = new CliOutput(arguments.GetValue(CommandLine.Json));
        try
        {
            return await Run(arguments, output, cancel).ConfigureAwait(false);
        }
        catch (CliException error)
        {
            output.Fail(error.Message);
            return error.Code;
        }
        catch (Appliance.Store.StoreException error)
        {
            output.Fail(error.Message);
            return ExitCode.Failed;
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return ExitCode.Failed;
        }
    }
}

/// <summary>Where a verb says what it found: a table for people, or JSON.</summary>
internal sealed class CliOutput
{
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    private readonly bool _json;

    public CliOutput(bool json) => _json = json;

    /// <summary>The result: <paramref name="result"/> as one JSON document, or whatever <paramref name="forPeople"/> draws.</summary>
    public void Write<T>(T result, Action<IAnsiConsole> forPeople)
    {
        if (_json)
        {
            Console.Out.WriteLine(JsonSerializer.Serialize(result, s_json));
            return;
        }

        var console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = Console.IsOutputRedirected ? AnsiSupport.No : AnsiSupport.Detect });
        if (Console.IsOutputRedirected)
            console.Profile.Width = 200;
        forPeople(console);
    }

    /// <summary>One sentence, or the same as JSON.</summary>
    public void Say<T>(T result, string sentence) => Write(result, _ => Console.Out.WriteLine(sentence));

    /// <summary>A remark, on standard error.</summary>
    public static void Note(string text) => Console.Error.WriteLine(text);

    /// <summary>Why the verb failed.</summary>
    public void Fail(string reason)
    {
        if (_json)
            Console.Out.WriteLine(JsonSerializer.Serialize(new { error = reason }, s_json));
        else
            Console.Error.WriteLine($"fabric-gateway: {reason}");
    }
}
