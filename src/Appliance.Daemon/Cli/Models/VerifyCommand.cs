using System.CommandLine;
using Appliance.Daemon.Host;
using Appliance.Inference;
using Appliance.Inference.Installing;

namespace Appliance.Daemon.Cli.Models;

/// <summary><c>models verify</c>: hashes, loads and runs what is installed. Changes nothing, so it works beside a running daemon.</summary>
internal sealed class VerifyCommand : Verb
{
    private readonly Argument<string?> _name = new("NAME")
    {
        Description = "One model; all that are on this box when it is left out.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public VerifyCommand()
        : base("verify", "Hashes every installed file anew, loads it and holds its inputs and outputs against the catalogue.") => Add(_name);

    protected override Task<int> Run(ParseResult arguments, CliOutput output, CancellationToken cancel)
    {
        var options = RuntimeOptionsFactory.From(CliConfiguration.Load(arguments).Options).Inference;
        try
        {
            using var engine = new InferenceEngine(options);
            var name = arguments.GetValue(_name);
            if (name is not null && engine.Catalogue.Named(name) is null)
                throw new CliException($"there is no model '{name}'; see 'watchpost models list'", ExitCode.Usage);

            var verdicts = ModelVerification.Run(engine, name, cancel);
            if (name is not null && verdicts.Count == 0)
                throw new CliException($"{name} is not on this box");
            output.Write(new { models = verdicts }, console =>
            {
                foreach (var verdict in verdicts)
                    console.Profile.Out.Writer.WriteLine($"{verdict.Model}: {(verdict.IsGood ? "good" : string.Join("; ", verdict.Faults))} ({verdict.Path})");
            });
            return Task.FromResult(verdicts.All(verdict => verdict.IsGood) ? ExitCode.Done : ExitCode.Failed);
        }
        catch (InferenceException error)
        {
            throw new CliException(error.Message);
        }
    }
}
