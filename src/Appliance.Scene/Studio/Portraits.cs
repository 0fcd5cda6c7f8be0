using Appliance.Scene.Rendering;

namespace Appliance.Scene.Studio;

/// <summary>The photos with which a person of the scene is enrolled.</summary>
public static class Portraits
{
    /// <summary>From the front in even light, turned a little to either side, and from the front in daylight.</summary>
    public static IReadOnlyList<FaceShot> Views { get; } =
    [
        FaceShot.Enrolment,
        FaceShot.Enrolment with { Yaw = 14 },
        FaceShot.Enrolment with { Yaw = -14, Pitch = 5 },
        FaceShot.Enrolment with { Light = Light.Day, FaceWidth = 0.40f },
    ];
}
