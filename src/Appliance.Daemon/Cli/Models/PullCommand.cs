using System.CommandLine;
using Appliance.Daemon.Cli.Watchlist;
using Appliance.Inference.Installing;

namespace Appliance.Daemon.Cli.Models;

/// <summary><c>models pull</c>: gets a model's file from its address, or from a folder or USB stick.</summary>
internal sealed class PullCommand : BoxVerb
{
    private readonly Argument<string> _name = new("NAME") { Description = "A model of 'watchpost models list'." };

    private readonly Option<string?> _from = new("--from")
    {
        Description = "Folder, USB stick or file to take it from; found by its name or its SHA-256.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _accept = new("--accept-licence")
    {
        Description = "The licence you accept, as 'models list' names it; needed where the catalogue says so.",
        HelpName = "NAME",
    };

    public PullCommand()
        : base("pull", "Puts a model on this box: over https or from a folder. Checks size and SHA-256; goes on with what an earlier pull left.")
    {
        Add(_name);
        Add(_from);
        Add(_accept);
    }

    protected override async Task<int> OnStopped(CliBox box, ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        var model = Known(box, arguments.GetValue(_name)!);
        output.Note($"{model.Id}: {model.Licence}{(model.CommercialUse ? "" : ", NO commercial use")}{(model.LicenceUrl is { } url ? $", {url}" : "")}");
        var progress = Line(output, model.Name, "bytes");
        InstalledModel installed;
        try
        {
            installed = await box.Models.Pull(
                model, new(arguments.GetValue(_accept), arguments.GetValue(_from)), CliBox.Actor, progress, cancel);
        }
        finally
        {
            progress.End();
        }

        output.Write(
            new { model.Name, model.Version, model.Licence, installed.Path, installed.From },
            console => console.Profile.Out.Writer.WriteLine($"{model.Id} is now at {installed.Path}"));
        return ExitCode.Done;
    }

    protected override async Task<int> OnRunning(RunningBox box, ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        var name = arguments.GetValue(_name)!;
        var progress = Line(output, name, "bytes");
        var job = await box.Follow(
            $"models/{Uri.EscapeDataString(name)}/pull",
            new
            {
                acceptLicence = arguments.GetValue(_accept),
                from = arguments.GetValue(_from) is { } from ? Path.GetFullPath(from) : null,
            },
            progress, cancel);
        progress.End();
        NeedDone(job);
        output.Write(job, console => console.Profile.Out.Writer.WriteLine($"{job.Model} is now on the box"));
        return ExitCode.Done;
    }
}
