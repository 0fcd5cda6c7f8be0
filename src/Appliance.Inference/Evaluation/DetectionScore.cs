using System.Numerics;
using Appliance.Core.Detection;

namespace Appliance.Inference.Evaluation;

/// <summary>Figures of detection against annotated noses.</summary>
/// <param name="Recall">Share of annotated faces that were found.</param>
/// <param name="Precision">Share of found faces that are annotated.</param>
/// <param name="NoseError">Mean distance of the nose tip from the annotation, in distances between the eyes.</param>
/// <param name="Annotated">Annotated faces.</param>
/// <param name="Found">Of those, found.</param>
/// <param name="False">Found where none is annotated.</param>
public sealed record DetectionScore(double Recall, double Precision, double NoseError, int Annotated, int Found, int False)
{
    public static DetectionScore From(IReadOnlyList<PhotoDetectionScore> photos)
    {
        var annotated = photos.Sum(photo => photo.Annotated);
        var errors = photos.SelectMany(photo => photo.NoseErrors).ToList();
        var wrong = photos.Sum(photo => photo.False);
        return new(
            annotated == 0 ? 1 : errors.Count / (double)annotated,
            errors.Count + wrong == 0 ? 1 : errors.Count / (double)(errors.Count + wrong),
            errors.Count == 0 ? 0 : errors.Average(), annotated, errors.Count, wrong);
    }
}

/// <summary>One photo's share of the figures.</summary>
public sealed record PhotoDetectionScore(string Photo, int Annotated, IReadOnlyList<double> NoseErrors, int False)
{
    /// <summary>An annotation is found by the best face whose box holds it and which has found no other.</summary>
    public static PhotoDetectionScore From(AnnotatedPhoto photo, IReadOnlyList<FaceDetection> faces)
    {
        var open = photo.Noses.ToList();
        var errors = new List<double>();
        var wrong = 0;
        foreach (var face in faces)
        {
            var held = open.Where(nose => Holds(face.Box, nose)).ToList();
            if (held.Count == 0)
            {
                wrong++;
                continue;
            }

            var nearest = held.MinBy(nose => Vector2.Distance(nose, face.Landmarks.NoseTip));
            open.Remove(nearest);
            errors.Add(
                Vector2.Distance(nearest, face.Landmarks.NoseTip)
                / Math.Max(1, Vector2.Distance(face.Landmarks.RightEye, face.Landmarks.LeftEye)));
        }

        return new(photo.Name, photo.Noses.Count, errors, wrong);
    }

    private static bool Holds(in Box box, Vector2 point) =>
        point.X >= box.X && point.X <= box.Right && point.Y >= box.Y && point.Y <= box.Bottom;
}
