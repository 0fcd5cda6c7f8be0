namespace Appliance.Core.Cameras;

/// <summary>The name of a camera on this box: 1–64 of <c>[a-z0-9_-]</c>, used unchanged in URLs, topics and file names.</summary>
public readonly record struct CameraId(string Value)
{
    public const string Pattern = "^[a-z0-9][a-z0-9_-]{0,63}$";

    /// <summary>Stands for the box itself in alerts that no camera saw; no camera may be called so.</summary>
    public static readonly CameraId Box = new("box");

    public override string ToString() => Value;
}
