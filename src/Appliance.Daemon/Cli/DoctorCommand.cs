using System.CommandLine;
using Appliance.Daemon.Cli.Doctor;
using Spectre.Console;

namespace Appliance.Daemon.Cli;

/// <summary><c>doctor</c>: what of this machine works, what does not, and what to do about it.</summary>
internal sealed class DoctorCommand() : Verb("doctor", "Checks libraries, devices, models, broker, clock and disk, and says what to do.")
{
    protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        var checks = await Checks.RunAll(arguments.GetValue(CommandLine.Config), cancel);
        var failed = checks.Count(check => check.State == CheckState.Fail);
        output.Write(new { healthy = failed == 0, checks }, console =>
        {
            var table = new Table().AddColumns("", "Check", "What was found", "What to do").Border(TableBorder.Rounded);
            foreach (var check in checks)
            {
                var mark = check.State switch
                {
                    CheckState.Ok => "[green]ok[/]",
                    CheckState.Warn => "[yellow]warn[/]",
                    _ => "[red]FAIL[/]",
                };
                table.AddRow(mark, Markup.Escape(check.Name), Markup.Escape(check.Reason), Markup.Escape(check.ToDo));
            }

            console.Write(table);
        });
        return failed == 0 ? ExitCode.Done : ExitCode.Failed;
    }
}
