namespace Appliance.Capture.Cameras;

/// <summary>What a camera is doing.</summary>
public enum CameraState
{
    /// <summary>Opening; no frame yet.</summary>
    Starting,

    /// <summary>Frames arrive.</summary>
    Running,

    /// <summary>Connected, but no frame for <see cref="CameraOptions.SilenceTimeout"/>; being reopened.</summary>
    Silent,

    /// <summary>The same picture for <see cref="CameraOptions.FrozenTimeout"/>; being reopened.</summary>
    Frozen,

    /// <summary>Cannot be reached or has gone away; being reopened with back-off.</summary>
    Lost,

    /// <summary>Reachable, but what it sends cannot be used (codec, bitstream); being reopened with back-off.</summary>
    Broken,

    /// <summary>Not running: never started, stopped, disabled, or a file at its end.</summary>
    Stopped,
}
