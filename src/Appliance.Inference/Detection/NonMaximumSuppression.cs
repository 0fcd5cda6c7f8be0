using System.Runtime.InteropServices;
using Appliance.Core.Detection;

namespace Appliance.Inference.Detection;

/// <summary>Greedy: the best face stays, those that overlap it too much go, and so on.</summary>
internal static class NonMaximumSuppression
{
    private static readonly Comparison<FaceDetection> s_bestFirst = static (a, b) => b.Score.CompareTo(a.Score);

    /// <summary>Replaces <paramref name="kept"/> with what survives of <paramref name="candidates"/>, best first; sorts those.</summary>
    internal static void Apply(List<FaceDetection> candidates, float maxOverlap, int maxFaces, List<FaceDetection> kept)
    {
        kept.Clear();
        var sorted = CollectionsMarshal.AsSpan(candidates);
        sorted.Sort(s_bestFirst);
        foreach (ref readonly var candidate in sorted)
        {
            if (kept.Count == maxFaces)
                return;
            if (!OverlapsAny(candidate.Box, CollectionsMarshal.AsSpan(kept), maxOverlap))
                kept.Add(candidate);
        }
    }

    private static bool OverlapsAny(in Box box, ReadOnlySpan<FaceDetection> kept, float maxOverlap)
    {
        foreach (ref readonly var other in kept)
        {
            if (box.OverlapWith(other.Box) > maxOverlap)
                return true;
        }

        return false;
    }
}
