using System.Text.Json;
using System.Text.Json.Nodes;
using Appliance.Inference.Catalogue;

namespace Appliance.Inference.Tuning;

/// <summary>Keeps measured session options in the box's own <c>models.local.json</c>; whatever else is in there stays.</summary>
public static class LocalTuning
{
    /// <param name="modelStore">Folder of the file; made when it is missing.</param>
    /// <param name="family">As <see cref="CpuFamily"/> words it.</param>
    /// <param name="models">Best options by model.</param>
    /// <returns>The file.</returns>
    /// <exception cref="InferenceException">The file is there and is not valid, or cannot be written.</exception>
    public static string Write(string modelStore, string family, IReadOnlyDictionary<string, SessionTuning> models)
    {
        var path = Path.Combine(modelStore, ModelCatalogue.LocalFile);
        try
        {
            var root = new JsonObject();
            if (File.Exists(path))
            {
                var text = File.ReadAllBytes(path);

                // What could not be read at the next start must not be made to look good by rewriting it.
                _ = ModelManifest.Parse(text, path);
                root = JsonNode.Parse(text, documentOptions: new() { CommentHandling = JsonCommentHandling.Skip })!.AsObject();
            }

            if (root["sessions"] is not JsonObject sessions)
                root["sessions"] = sessions = [];
            if (sessions[family] is not JsonObject ofFamily)
                sessions[family] = ofFamily = [];
            foreach (var (model, tuning) in models)
                ofFamily[model] = JsonSerializer.SerializeToNode(tuning, ModelManifest.Json);

            Directory.CreateDirectory(modelStore);
            var beside = path + ".new";
            File.WriteAllText(beside, root.ToJsonString(ModelManifest.Json) + "\n");
            File.Move(beside, path, overwrite: true);
            return path;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InferenceException($"{path}: {error.Message}", error);
        }
    }
}
