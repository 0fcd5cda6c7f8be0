namespace Appliance.Scene.Checks;

/// <summary>Whether a scene is good enough to stand for real faces.</summary>
/// <param name="Detector">Model that looked for faces.</param>
/// <param name="Embedder">Model that told them apart.</param>
/// <param name="Threshold">Cosine from which two pictures count as one person.</param>
/// <param name="DetectorScore">Of faces found.</param>
/// <param name="SameIdentity">Cosine of a view to the same person's enrolment photos (best of them).</param>
/// <param name="DifferentIdentity">Cosine of a view to another person's enrolment photos (best of them).</param>
/// <param name="Missed">Visible faces of 60 pixels or more that were not found.</param>
/// <param name="FalseDetections">Found where there is no face.</param>
/// <param name="Faults">What falls short of the targets; empty = good.</param>
public sealed record SceneReport(
    string Detector, string Embedder, float Threshold, Distribution DetectorScore, Distribution SameIdentity, Distribution DifferentIdentity,
    int Missed, int FalseDetections, IReadOnlyList<string> Faults)
{
    public bool Passed => Faults.Count == 0;
}
