namespace Appliance.Scene.Truth;

/// <summary>All faces of one frame of one camera: one line of the truth file.</summary>
/// <param name="Camera">Its name.</param>
/// <param name="Frame">Counts from 0.</param>
/// <param name="Seconds">Into the scene.</param>
/// <param name="Faces">Farthest first.</param>
public sealed record FrameTruth(string Camera, long Frame, double Seconds, IReadOnlyList<FaceTruth> Faces);
