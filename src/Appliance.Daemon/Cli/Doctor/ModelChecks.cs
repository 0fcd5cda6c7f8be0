using Appliance.Inference;

namespace Appliance.Daemon.Cli.Doctor;

/// <summary>The models in use: there, unaltered, and running on something.</summary>
internal static class ModelChecks
{
    public static IEnumerable<Check> All(InferenceOptions options)
    {
        var checks = new List<Check>();
        try
        {
            using var engine = new InferenceEngine(options);
            Try("detector", () => engine.CreateDetector().Dispose());
            Try("embedder", () => engine.CreateEmbedder().Dispose());
            foreach (var model in engine.GetHealth().Models)
            {
                var refused = string.Join("; ", model.Refusals.Select(refusal => refusal.Provider));
                checks.Add(Check.Ok(
                    $"model {model.Model}",
                    $"{model.Path} on {model.Provider}{(refused.Length > 0 ? $" (not on {refused})" : "")}"));
            }
        }
        catch (InferenceException error)
        {
            checks.Add(Check.Fail("models", error.Message, "run 'watchpost models list'"));
        }

        return checks;

        void Try(string what, Action create)
        {
            try
            {
                create();
            }
            catch (InferenceException error)
            {
                checks.Add(Check.Fail(what, error.Message, "run 'watchpost models list'; the message names the command that gets it"));
            }
        }
    }
}
