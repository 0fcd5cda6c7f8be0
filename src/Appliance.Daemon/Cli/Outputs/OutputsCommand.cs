using System.CommandLine;
using System.Text.Json;
using Appliance.Delivery.Outputs;

namespace Appliance.Daemon.Cli.Outputs;

/// <summary><c>outputs</c>: relays and sirens. All but <c>release</c> ask the running daemon, which keeps limits and audit.</summary>
internal sealed class OutputsCommand : Command
{
    public OutputsCommand()
        : base("outputs", "Relays and sirens.")
    {
        Add(new ListCommand());
        Add(new SetCommand());
        Add(new OverrideCommand());
        Add(new ReleaseCommand());
    }

    private static void Print(CliOutput output, JsonElement answer, IEnumerable<JsonElement> outputs) => output.Write(answer, console =>
    {
        foreach (var item in outputs)
        {
            var held = item.GetProperty("override") is { ValueKind: JsonValueKind.Object } hold
                ? $"  held {(hold.GetProperty("active").GetBoolean() ? "on" : "off")} by {hold.GetProperty("by")} until {hold.GetProperty("until")}"
                : "";
            var until = item.GetProperty("until") is { ValueKind: JsonValueKind.String } end ? $" until {end}" : "";
            console.Profile.Out.Writer.WriteLine(
                $"{item.GetProperty("id")}  {(item.GetProperty("active").GetBoolean() ? "on" : "off")}{until}  {item.GetProperty("reason")}{held}");
        }
    });

    private abstract class Remote : Verb
    {
        protected Remote(string name, string description)
            : base(name, description)
        {
            Add(BoxClient.Url);
            Add(BoxClient.TokenFile);
        }

        protected static readonly Argument<string> Output = new("output") { Description = "Name of the output." };
    }

    private sealed class ListCommand() : Remote("list", "What every output does now, and who holds it.")
    {
        protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            using var box = BoxClient.Open(arguments);
            var answer = await box.Get("/api/v1/outputs", cancel);
            Print(output, answer, answer.GetProperty("outputs").EnumerateArray());
            return ExitCode.Done;
        }
    }

    private sealed class SetCommand : Remote
    {
        private readonly Argument<string> _state = new("state") { Description = "on, off, a number of seconds, or a pattern such as \"on 0.5 s, off 0.5 s x 10\"." };

        public SetCommand()
            : base("set", "Switches an output, within its limits.")
        {
            Add(Output);
            Add(_state);
        }

        protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            using var box = BoxClient.Open(arguments);
            var path = $"/api/v1/outputs/{Uri.EscapeDataString(arguments.GetValue(Output)!)}";
            var state = arguments.GetValue(_state)!;
            var answer = state switch
            {
                "on" or "off" => await box.Send(HttpMethod.Post, $"{path}/{state}", null, cancel),
                _ when double.TryParse(state, System.Globalization.CultureInfo.InvariantCulture, out var seconds) =>
                    await box.Send(HttpMethod.Post, path + "/pulse", new { seconds }, cancel),
                _ => await box.Send(HttpMethod.Post, path + "/pattern", new { pattern = state }, cancel),
            };
            Print(output, answer, [answer]);
            return ExitCode.Done;
        }
    }

    private sealed class OverrideCommand : Remote
    {
        private readonly Argument<string> _state = new("state") { Description = "on, off, or end." };

        private readonly Option<double> _seconds = new("--seconds")
        {
            Description = "How long, 1 to 86400.",
            DefaultValueFactory = _ => 600,
        };

        public OverrideCommand()
            : base("override", "Holds an output on or off for a while: rules and other systems cannot switch it meanwhile.")
        {
            Add(Output);
            Add(_state.AcceptOnlyFromAmong("on", "off", "end"));
            Add(_seconds);
        }

        protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            using var box = BoxClient.Open(arguments);
            var path = $"/api/v1/outputs/{Uri.EscapeDataString(arguments.GetValue(Output)!)}/override";
            var state = arguments.GetValue(_state);
            var answer = state == "end"
                ? await box.Send(HttpMethod.Delete, path, null, cancel)
                : await box.Send(HttpMethod.Put, path, new { active = state == "on", seconds = arguments.GetValue(_seconds) }, cancel);
            Print(output, answer, [answer]);
            return ExitCode.Done;
        }
    }

    /// <summary>
    /// For the unit's <c>ExecStopPost</c>: needs no daemon, no store and no token, only the configuration. A configuration that cannot
    /// be used has no outputs that could be known.
    /// </summary>
    private sealed class ReleaseCommand() : Verb(
        "release", "Brings every output to its state for stop, for a daemon that was killed. Only while it does not run.")
    {
        protected override Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            var options = CliConfiguration.Load(arguments).Options.Outputs;
            try
            {
                OutputDrivers.Release(options);
            }
            catch (Exception error) when (error is Native.Gpio.GpioException or IOException or UnauthorizedAccessException)
            {
                throw new CliException($"outputs cannot be released: {error.Message}");
            }

            output.WriteLine(
                new { released = options.Lines.Select(line => new { line.Id, active = line.OnAtStop }) },
                $"{options.Lines.Count} outputs released: {string.Join(", ", options.Lines.Select(line => $"{line.Id} {(line.OnAtStop ? "on" : "off")}"))}");
            return Task.FromResult(ExitCode.Done);
        }
    }
}
