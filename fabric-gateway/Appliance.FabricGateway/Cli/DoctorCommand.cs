using System.CommandLine;
using Appliance.Daemon.Cli.Doctor;
using Appliance.FabricGateway.Doctor;
using Spectre.Console;

namespace Appliance.FabricGateway.Cli;

/// <summary><c>doctor</c>: what works, what does not, and what to do about it.</summary>
internal sealed class DoctorCommand() : Verb("doctor", "Checks configuration, certificates, ledger, broker, disk and clock, and says what to do.")
{
    protected override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        var checks = await GatewayChecks.RunAll(arguments.GetValue(CommandLine.Config), cancel).ConfigureAwait(false);
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
