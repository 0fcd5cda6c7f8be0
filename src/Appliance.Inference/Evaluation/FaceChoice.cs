using System.Numerics;
using Appliance.Core.Detection;

namespace Appliance.Inference.Evaluation;

/// <summary>Which of several faces a portrait is about.</summary>
internal static class FaceChoice
{
    /// <summary>Large and near the middle; null when there is none.</summary>
    internal static FaceDetection? Main(IReadOnlyList<FaceDetection> faces, int width, int height)
    {
        FaceDetection? best = null;
        var bestMerit = float.NegativeInfinity;
        foreach (var face in faces)
        {
            // A face loses a face's own worth when it is a third of the picture off the middle.
            var centre = new Vector2(face.Box.X + (face.Box.Width / 2), face.Box.Y + (face.Box.Height / 2));
            var away = Vector2.Distance(centre, new Vector2(width, height) / 2) / Math.Max(width, height);
            var merit = MathF.Sqrt(Math.Max(0, face.Box.Area)) / Math.Max(width, height) - away;
            if (merit > bestMerit)
                (best, bestMerit) = (face, merit);
        }

        return best;
    }
}
