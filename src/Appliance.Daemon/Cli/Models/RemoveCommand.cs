using System.CommandLine;
using System.Text.Json.Nodes;
using Appliance.Daemon.Cli.Watchlist;

namespace Appliance.Daemon.Cli.Models;

/// <summary><c>models remove</c>: takes a model's file and its templates off the box.</summary>
internal sealed class RemoveCommand : BoxVerb
{
    private readonly Argument<string> _name = new("NAME") { Description = "A model that was pulled and is not in use." };

    public RemoveCommand()
        : base("remove", "Takes a model's file and the templates made with it off the box; not one that is in use or ships with the product.") =>
        Add(_name);

    protected override async Task<int> OnStopped(CliBox box, ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        var model = Known(box, arguments.GetValue(_name)!);
        var templates = await box.Models.Remove(model, CliBox.Actor, cancel);
        output.Write(
            new { model.Name, templates },
            console => console.Profile.Out.Writer.WriteLine($"{model.Id} is gone, and {templates} templates with it"));
        return ExitCode.Done;
    }

    protected override async Task<int> OnRunning(RunningBox box, ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        var name = arguments.GetValue(_name)!;
        await box.Send<JsonNode>(HttpMethod.Delete, $"models/{Uri.EscapeDataString(name)}", null, cancel);
        output.Write(new { name }, console => console.Profile.Out.Writer.WriteLine($"{name} is gone"));
        return ExitCode.Done;
    }
}
