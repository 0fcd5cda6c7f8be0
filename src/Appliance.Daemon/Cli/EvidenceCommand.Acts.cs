using System.CommandLine;
using Appliance.Core.Alerts;
using Appliance.Daemon.Cli.Models;
using Appliance.Daemon.Cli.Watchlist;
using Appliance.Daemon.Endpoints;
using Appliance.Store;
using Appliance.Store.Evidence;

namespace Appliance.Daemon.Cli;

internal sealed partial class EvidenceCommand
{
    /// <summary>Does something to the evidence of one alert, for a reason: on the stopped box itself, on a running one over REST.</summary>
    private abstract class ActVerb : Verb
    {
        private const int MaxReason = 500;

        private readonly Argument<string> _alert = AlertArgument();
        private readonly Option<string> _reason = new("--reason") { Description = "Why (3 to 500 characters); kept in the audit log.", Required = true };

        protected ActVerb(string name, string description)
            : base(name, description)
        {
            Add(_alert);
            Add(_reason);
        }

        protected abstract Task<Change<EvidenceRecord>> Act(
            EvidenceStore evidence, AlertId alert, string reason, ParseResult arguments, CancellationToken cancel);

        /// <summary>The same over REST: last part of the path.</summary>
        protected abstract string Path(ParseResult arguments);

        protected abstract string Describe(EvidenceRecordView record);

        protected sealed override async Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            var (alert, reason) = (arguments.GetValue(_alert)!, arguments.GetValue(_reason)!.Trim());
            if (reason.Length is < 3 or > MaxReason)
                throw new CliException($"--reason must have 3 to {MaxReason} characters", ExitCode.Usage);
            var record = await OnTheBox(alert, reason, arguments, cancel);
            output.Write(record, console => console.Profile.Out.Writer.WriteLine($"{alert}: {Describe(record)}"));
            return ExitCode.Done;
        }

        private async Task<EvidenceRecordView> OnTheBox(string alert, string reason, ParseResult arguments, CancellationToken cancel)
        {
            Box stopped;
            try
            {
                stopped = await Box.Open(arguments, cancel);
            }
            catch (BoxRunsException)
            {
                using var running = RunningBox.Open(arguments);
                return (await running.Send<EvidenceRecordView>(
                    HttpMethod.Post, $"alerts/{Uri.EscapeDataString(alert)}/evidence/{Path(arguments)}", new { reason }, cancel))!;
            }

            await using (stopped)
            {
                var change = await Act(stopped.Evidence, new AlertId(alert), reason, arguments, cancel);
                return change.IsDone ? EvidenceRecordView.From(change.Value!) : throw Explain(change, alert);
            }
        }
    }

    private sealed class HoldCommand : ActVerb
    {
        private readonly Option<bool> _release = new("--release") { Description = "End the hold." };

        public HoldCommand()
            : base("hold", "Legal hold: nothing destroys the evidence until it is released.") => Add(_release);

        protected override Task<Change<EvidenceRecord>> Act(
            EvidenceStore evidence, AlertId alert, string reason, ParseResult arguments, CancellationToken cancel) =>
            arguments.GetValue(_release)
                ? evidence.Release(alert, reason, CliBox.Actor, cancel)
                : evidence.Hold(alert, reason, CliBox.Actor, cancel);

        protected override string Path(ParseResult arguments) => arguments.GetValue(_release) ? "release" : "hold";

        protected override string Describe(EvidenceRecordView record) => record.Hold is null ? "not held" : "held, " + record.Hold;
    }

    private sealed class DestroyCommand() : ActVerb(
        "destroy", "Destroys artefacts and manifest for good, keys first; digest, signature and place in the log stay.")
    {
        protected override Task<Change<EvidenceRecord>> Act(
            EvidenceStore evidence, AlertId alert, string reason, ParseResult arguments, CancellationToken cancel) =>
            evidence.Destroy(alert, reason, CliBox.Actor, cancel);

        protected override string Path(ParseResult arguments) => "destroy";

        protected override string Describe(EvidenceRecordView record) => $"destroyed, {record.Reason}; digest {record.Digest ?? "none"} stays in the log";
    }
}
