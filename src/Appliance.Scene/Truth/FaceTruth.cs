using Appliance.Core.Detection;

namespace Appliance.Scene.Truth;

/// <summary>One face as it really is in one frame.</summary>
/// <param name="Identity">Index of the head in the scene's cast.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Box">Hairline to chin, cheek to cheek, pixels; may reach past the frame.</param>
/// <param name="Landmarks">Pixels.</param>
/// <param name="Yaw">Degrees; positive looks to the picture's right.</param>
/// <param name="Pitch">Degrees; positive looks down.</param>
/// <param name="Roll">Degrees; positive tilts clockwise.</param>
/// <param name="Visible">Share of the box within the frame and not behind a nearer person, 0..1.</param>
public readonly record struct FaceTruth(
    int Identity, string Name, Box Box, Landmarks5 Landmarks, float Yaw, float Pitch, float Roll, float Visible);
