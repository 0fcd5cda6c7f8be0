using System.CommandLine;
using Appliance.FabricGateway.Ledger;

namespace Appliance.FabricGateway.Cli;

/// <summary><c>fl open|close</c>: rounds of federated learning on the ledger, as hashes.</summary>
internal sealed class RoundCommand : Command
{
    private static readonly Argument<string> s_job = new("job") { Description = "Name of the job." };
    private static readonly Argument<long> s_round = new("round") { Description = "Number of the round, from 1." };

    private static readonly Option<string> s_base = new("--base")
    {
        Description = "SHA-256 of the model that the round starts from.",
        Required = true,
        HelpName = "HASH",
    };

    public RoundCommand()
        : base("fl", "Rounds of federated learning on the ledger.")
    {
        Add(new OpenCommand());
        Add(new CloseCommand());
    }

    private static int Queue(OperatorStoreCall call, CliOutput output, string job, long round)
    {
        var count = call();
        output.Say(new { job, round, queued = count > 0 }, count > 0 ? "queued; fabric-gateway list shows when the ledger has it" : "this was said before");
        return count > 0 ? ExitCode.Done : ExitCode.Failed;
    }

    private static (string Job, long Round) Read(ParseResult arguments)
    {
        var (job, round) = (arguments.GetValue(s_job)!, arguments.GetValue(s_round));
        if (job.Length > 64 || !job.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' or '-'))
            throw new CliException("job must be 1 to 64 letters, digits, . _ -", ExitCode.Usage);
        if (round is < 1 or > 999_999_999)
            throw new CliException("round must be a number from 1", ExitCode.Usage);
        return (job, round);
    }

    private delegate int OperatorStoreCall();

    private sealed class OpenCommand : Verb
    {
        public OpenCommand()
            : base("open", "Opens a round: the hash of its base model goes to the ledger.")
        {
            Add(s_job);
            Add(s_round);
            Add(s_base);
        }

        protected override Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            var (job, round) = Read(arguments);
            var argument = AnchorCalls.OpenRound(job, round, Texts.Hash("--base", arguments.GetValue(s_base)));
            using var outbox = Outbox(Configured(arguments));
            return Task.FromResult(Queue(() => outbox.Round(job, round, "open", argument), output, job, round));
        }
    }

    private sealed class CloseCommand : Verb
    {
        private readonly Option<string> _model = new("--model") { Description = "SHA-256 of the model that came out.", Required = true, HelpName = "HASH" };
        private readonly Option<string> _updates = new("--updates-root") { Description = "RFC 9162 root over the update hashes used.", Required = true, HelpName = "HASH" };
        private readonly Option<int> _clients = new("--clients") { Description = "How many updates were used.", Required = true };

        public CloseCommand()
            : base("close", "Closes a round: the hashes of its result go to the ledger, after the updates that wait.")
        {
            Add(s_job);
            Add(s_round);
            foreach (var option in (Option[])[s_base, _model, _updates, _clients])
                Add(option);
        }

        protected override Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
        {
            var (job, round) = Read(arguments);
            var argument = AnchorCalls.CloseRound(
                job, round, Texts.Hash("--base", arguments.GetValue(s_base)), Texts.Hash("--model", arguments.GetValue(_model)),
                Texts.Hash("--updates-root", arguments.GetValue(_updates)), arguments.GetValue(_clients));
            using var outbox = Outbox(Configured(arguments));
            return Task.FromResult(Queue(() => outbox.Round(job, round, "close", argument), output, job, round));
        }
    }
}
