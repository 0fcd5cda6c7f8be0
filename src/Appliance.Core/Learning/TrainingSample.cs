using Appliance.Core.Alerts;
using Appliance.Core.Cameras;

namespace Appliance.Core.Learning;

/// <summary>An alert as a thing to learn from. Kept sealed, and gone when the alert is.</summary>
/// <param name="Alert">Which.</param>
/// <param name="Camera">Whose.</param>
/// <param name="Utc">When.</param>
/// <param name="Kind">One of <see cref="AlertKinds"/>.</param>
/// <param name="IsConfirmed">What the operators said: true = right, false = false alarm.</param>
/// <param name="Features"><see cref="AlertFeatures"/>.</param>
public sealed record TrainingSample(
    AlertId Alert, CameraId Camera, DateTimeOffset Utc, string Kind, bool IsConfirmed, float[] Features);
