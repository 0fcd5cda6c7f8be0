using System.Numerics;

namespace Appliance.Core.Detection;

/// <summary>
/// The five points of a face in pixels of the full frame. Left and right are the subject's own: the right eye is
/// at the left of the picture. Order of YuNet and of the ArcFace alignment template.
/// </summary>
public readonly record struct Landmarks5(
    Vector2 RightEye, Vector2 LeftEye, Vector2 NoseTip, Vector2 RightMouth, Vector2 LeftMouth);

/// <summary>One face in one frame. <paramref name="Score"/> is the detector's confidence, 0..1.</summary>
public readonly record struct FaceDetection(Box Box, Landmarks5 Landmarks, float Score);
