using System.IO.Compression;
using Appliance.Capture.Photos;
using Appliance.Core.Detection;
using Appliance.Inference;

namespace Appliance.Benchmarks.Index;

/// <summary>Templates of the largest face in each JPEG of a ZIP file, with the default models; kept in memory only.</summary>
internal static class PhotoTemplates
{
    public static float[][] Of(string zip)
    {
        using var engine = new InferenceEngine(new() { Providers = ["cpu"] });
        using var detector = engine.CreateDetector();
        using var embedder = engine.CreateEmbedder();
        using var archive = ZipFile.OpenRead(zip);
        var faces = new List<FaceDetection>();
        var templates = new List<float[]>();
        foreach (var entry in archive.Entries.Where(entry => entry.Name.EndsWith(".jpg", StringComparison.OrdinalIgnoreCase)))
        {
            using var stream = entry.Open();
            var bytes = new byte[entry.Length];
            stream.ReadExactly(bytes);
            using var photo = PhotoDecoder.Decode(bytes);
            detector.Detect(photo, faces);
            if (faces.Count == 0)
                continue;

            var template = new float[embedder.Dimensions];
            embedder.Embed(photo, [faces.MaxBy(face => face.Box.Area).Landmarks], template);
            templates.Add(template);
        }

        Console.Error.WriteLine($"{templates.Count} templates of {engine.EmbedderModel.Id} from {zip}");
        return [.. templates];
    }
}
