using System.ComponentModel.DataAnnotations;
using Appliance.Core.Cameras;

namespace Appliance.Core.Rules;

/// <summary>
/// Where, when and how long something must happen to become an alert, beyond the category rules of <c>Alerts.Rules</c>. Tracks are
/// face tracks: zones and lines see faces, not bodies.
/// </summary>
public sealed class RulesOptions
{
    /// <summary>IANA time zone of the site, e.g. <c>Europe/Berlin</c>: what schedules are written in.</summary>
    [Required, StringLength(64, MinimumLength = 1)]
    public string TimeZone { get; init; } = "UTC";

    /// <summary>Zones and lines, by camera.</summary>
    [MaxLength(64)]
    public IReadOnlyList<SceneOptions> Cameras { get; init; } = [];

    /// <summary>Times that rules refer to by name.</summary>
    [MaxLength(64)]
    public IReadOnlyList<ScheduleOptions> Schedules { get; init; } = [];

    /// <summary>The rules; each alerts by itself.</summary>
    [MaxLength(256)]
    public IReadOnlyList<RuleOptions> Rules { get; init; } = [];

    /// <summary>When a picture counts as tampered with.</summary>
    public PictureOptions Picture { get; init; } = new();

    /// <summary>Where the box belongs.</summary>
    public GeofenceOptions Geofence { get; init; } = new();
}

/// <summary>Zones and lines in one camera's picture, in parts of its width and height: 0,0 is top left, 1,1 bottom right.</summary>
public sealed class SceneOptions
{
    public const string NamePattern = "^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$";
    public const string NameFault = "must be 1–64 of A–Z, a–z, 0–9, '_' and '-'";

    /// <summary>Whose picture.</summary>
    [Required, RegularExpression(CameraId.Pattern, ErrorMessage = "must be 1–64 of a–z, 0–9, '_' and '-'")]
    public string Camera { get; init; } = "";

    /// <summary>Areas, at most 60. A face is where the middle of its box's lower edge is.</summary>
    [MaxLength(60)]
    public IReadOnlyList<ZoneOptions> Zones { get; init; } = [];

    /// <summary>Lines to be crossed, at most 32.</summary>
    [MaxLength(32)]
    public IReadOnlyList<LineOptions> Lines { get; init; } = [];
}

/// <summary>What an area is for.</summary>
public enum ZoneKind
{
    /// <summary>Rules may name it.</summary>
    Include,

    /// <summary>No rule and no category alerts on faces in it, e.g. a poster.</summary>
    Exclude,

    /// <summary>As Exclude; faces in it are dropped before they are followed, and snapshots and streams that leave the box are blank there.</summary>
    PrivacyMask,
}

/// <summary>An area of a picture.</summary>
public sealed class ZoneOptions
{
    /// <summary>Its name, in alerts and topics.</summary>
    [Required, RegularExpression(SceneOptions.NamePattern, ErrorMessage = SceneOptions.NameFault)]
    public string Id { get; init; } = "";

    /// <summary>What it is for: Include, Exclude or PrivacyMask.</summary>
    public ZoneKind Kind { get; init; } = ZoneKind.Include;

    /// <summary>Corners [x, y] in order, 3 to 64; its edges must not cross.</summary>
    public IReadOnlyList<IReadOnlyList<float>> Polygon { get; init; } = [];
}

/// <summary>A line in a picture.</summary>
public sealed class LineOptions
{
    /// <summary>Its name, in alerts.</summary>
    [Required, RegularExpression(SceneOptions.NamePattern, ErrorMessage = SceneOptions.NameFault)]
    public string Id { get; init; } = "";

    /// <summary>Its beginning, [x, y].</summary>
    public IReadOnlyList<float> From { get; init; } = [];

    /// <summary>Its end, [x, y]. Left and right are those of someone who looks from the beginning to the end.</summary>
    public IReadOnlyList<float> To { get; init; } = [];
}

/// <summary>When a picture counts as tampered with. Levels are of the luma, 0 to 255.</summary>
public sealed class PictureOptions
{
    /// <summary>Darker on average than this is too dark (0 to 255).</summary>
    [Range(0f, 255f)]
    public float Dark { get; init; } = 22;

    /// <summary>Brighter on average than this is dazzled (0 to 255).</summary>
    [Range(0f, 255f)]
    public float Bright { get; init; } = 235;

    /// <summary>Less contrast (standard deviation) than this is a covered lens (0 to 100).</summary>
    [Range(0f, 100f)]
    public float Flat { get; init; } = 5;

    /// <summary>Less fine detail than this share of what the camera usually shows is out of focus (0 to 1).</summary>
    [Range(0f, 1f)]
    public float Blurred { get; init; } = 0.35f;

    /// <summary>More of the picture changed against what it usually shows than this share is another scene (0 to 1).</summary>
    [Range(0f, 1f)]
    public float Changed { get; init; } = 0.6f;
}

/// <summary>Where the box belongs: a circle or a polygon on the map. Rules of kind Geofence alert when it leaves.</summary>
public sealed class GeofenceOptions
{
    /// <summary>Middle of the circle, degrees north.</summary>
    [Range(-90d, 90d)]
    public double Latitude { get; init; }

    /// <summary>Middle of the circle, degrees east.</summary>
    [Range(-180d, 180d)]
    public double Longitude { get; init; }

    /// <summary>Radius of the circle in metres (0 to 100,000); 0 = no circle.</summary>
    [Range(0d, 100_000d)]
    public double RadiusMetres { get; init; }

    /// <summary>Corners [latitude, longitude] in order, 3 to 64; empty = no polygon. With a circle as well, either is good.</summary>
    public IReadOnlyList<IReadOnlyList<double>> Polygon { get; init; } = [];
}
