using System.Numerics;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Appliance.Inference.Evaluation;

/// <summary>The faces of one photo, each by the tip of its nose, in pixels.</summary>
public sealed record AnnotatedPhoto(string Name, IReadOnlyList<Vector2> Noses);

/// <summary>Annotations as JSON: <c>{"photo.jpg": {"nose_points_xy": [[x, y], …], "faces": n}, …}</c>.</summary>
public static class DetectionAnnotations
{
    /// <exception cref="InferenceException">Not such a file.</exception>
    public static IReadOnlyList<AnnotatedPhoto> Parse(string json)
    {
        try
        {
            var photos = JsonSerializer.Deserialize<Dictionary<string, Entry>>(json)
                ?? throw new InferenceException("the annotations are empty");
            return [.. photos.Select(photo => new AnnotatedPhoto(photo.Key, Points(photo.Key, photo.Value)))];
        }
        catch (JsonException error)
        {
            throw new InferenceException($"the annotations cannot be read: {error.Message}", error);
        }
    }

    private static Vector2[] Points(string name, Entry entry) =>
        entry.Noses.All(point => point.Length == 2)
            ? [.. entry.Noses.Select(point => new Vector2(point[0], point[1]))]
            : throw new InferenceException($"{name}: nose_points_xy must be pairs of numbers");

    private sealed record Entry([property: JsonPropertyName("nose_points_xy"), JsonRequired] float[][] Noses);
}
