namespace Appliance.Scene.Walks;

/// <summary>How well the cameras of a scene see.</summary>
/// <param name="Light">Share of daylight, 0.05 (night with a lamp far away) to 1.2.</param>
/// <param name="Noise">Standard deviation of the sensor's grain in luma steps.</param>
/// <param name="Blur">Out of focus by this many pixels.</param>
/// <param name="Post">A post stands before the camera and hides a strip of the picture.</param>
public sealed record SceneConditions(float Light = 1, float Noise = 1.2f, int Blur = 0, bool Post = false);
