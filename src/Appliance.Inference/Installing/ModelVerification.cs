using Appliance.Inference.Catalogue;
using Appliance.Native.OnnxRuntime;

namespace Appliance.Inference.Installing;

/// <summary>What <see cref="ModelVerification"/> found out about one file.</summary>
/// <param name="Model">Name and version.</param>
/// <param name="Path">Its file.</param>
/// <param name="Faults">Empty: it is what the catalogue says, loads and runs.</param>
public sealed record ModelVerdict(string Model, string Path, IReadOnlyList<string> Faults)
{
    public bool IsGood => Faults.Count == 0;
}

/// <summary>Hashes installed files anew, loads each, holds its inputs and outputs against the contract and runs it once.</summary>
public static class ModelVerification
{
    private const int Batch = 1;
    private const int ProbeSide = 128;

    /// <summary>All models that are on this box, or the named one.</summary>
    /// <param name="engine">Its catalogue and options.</param>
    /// <param name="only">A name of the catalogue; null = all.</param>
    /// <param name="cancel">Ends it between two models.</param>
    public static IReadOnlyList<ModelVerdict> Run(InferenceEngine engine, string? only = null, CancellationToken cancel = default)
    {
        var verdicts = new List<ModelVerdict>();
        foreach (var model in engine.Catalogue.Models.Where(model => only is null || model.Name == only || model.Id == only))
        {
            cancel.ThrowIfCancellationRequested();
            if (engine.Catalogue.Find(model) is { } path)
                verdicts.Add(new(model.Id, path, Check(engine, model, path)));
        }

        return verdicts;
    }

    private static List<string> Check(InferenceEngine engine, ModelEntry model, string path)
    {
        try
        {
            var size = new FileInfo(path).Length;
            if (size != model.Bytes)
                return [$"it has {size} bytes, the catalogue says {model.Bytes}"];

            var resolved = engine.Catalogue.Resolve(model.Kind, path);
            // A session of its own on the CPU: what runs live is left alone.
            using var session = LoadedModel.Open(OrtRuntime.Load(engine.Options.Library), resolved, new());
            var faults = Compare(model, session).ToList();
            if (faults.Count == 0)
                RunOnce(model, session);
            return faults;
        }
        catch (Exception error) when (error is InferenceException or OrtException or IOException or UnauthorizedAccessException)
        {
            return [error.Message];
        }
    }

    /// <summary>Where the graph is not what the catalogue says.</summary>
    internal static IEnumerable<string> Compare(ModelEntry model, OrtSession session)
    {
        var contract = model.Input;
        if (session.Inputs.FirstOrDefault(port => port.Name == contract.Name) is not { } input)
            yield return $"it has no input '{contract.Name}' but {Names(session.Inputs)}";
        else if (!Fits(input.Shape, [contract.DynamicBatch ? null : Batch, 3, Side(contract.Height), Side(contract.Width)]))
            yield return $"its input {contract.Name} is {Shape(input)}, the catalogue says {Expected(contract)}";

        foreach (var (name, last) in Outputs(model))
        {
            if (session.Outputs.FirstOrDefault(port => port.Name == name) is not { } output)
                yield return $"it has no output '{name}' but {Names(session.Outputs)}";
            else if (output.Shape.Count == 0 || (output.Shape[^1] != last && output.Shape[^1] >= 0))
                yield return $"its output {name} is {Shape(output)}, the catalogue says {last} values per row";
        }

        long? Side(int side) => contract.DynamicSize ? null : side;
    }

    private static IEnumerable<(string Name, int Last)> Outputs(ModelEntry model) => model.Kind == ModelKind.FaceEmbedder
        ? [(model.Output.Name, model.Output.Dimensions)]
        : model.Output.Strides.SelectMany(stride => new[] { ($"cls_{stride}", 1), ($"obj_{stride}", 1), ($"bbox_{stride}", 4), ($"kps_{stride}", 10) });

    // Null: must be free; a free dimension of the graph takes any number of the contract.
    private static bool Fits(IReadOnlyList<long> shape, long?[] wanted) => shape.Count == wanted.Length
        && shape.Zip(wanted).All(pair => pair.First < 0 || (pair.Second is { } fixedSize && pair.First == fixedSize));

    private static void RunOnce(ModelEntry model, OrtSession session)
    {
        using var binding = new OrtBinding(session);
        int height = model.Input.DynamicSize ? ProbeSide : model.Input.Height, width = model.Input.DynamicSize ? ProbeSide : model.Input.Width;
        binding.BindInput(model.Input.Name, Batch, 3, height, width);
        if (model.Kind == ModelKind.FaceEmbedder)
        {
            binding.BindOutput(model.Output.Name, Batch, model.Output.Dimensions);
        }
        else
        {
            foreach (var stride in model.Output.Strides)
            {
                long cells = (long)(width / stride) * (height / stride);
                foreach (var (name, last) in new[] { ($"cls_{stride}", 1), ($"obj_{stride}", 1), ($"bbox_{stride}", 4), ($"kps_{stride}", 10) })
                    binding.BindOutput(name, Batch, cells, last);
            }
        }

        binding.Run();
    }

    private static string Names(IReadOnlyList<OrtPort> ports) => string.Join(", ", ports.Select(port => port.Name));

    private static string Shape(OrtPort port) => $"[{string.Join(", ", port.Shape.Select(size => size < 0 ? "any" : $"{size}"))}]";

    private static string Expected(InputContract contract) => contract.DynamicSize
        ? $"[{(contract.DynamicBatch ? "any" : "1")}, 3, any, any]"
        : $"[{(contract.DynamicBatch ? "any" : "1")}, 3, {contract.Height}, {contract.Width}]";
}
