using System.ComponentModel.DataAnnotations;

namespace Appliance.Daemon.Sites;

/// <summary>What knows where the box is.</summary>
public enum PositionSourceKind
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>The configuration: for a fence that is checked once, or tests.</summary>
    Configured,

    /// <summary>A GPS receiver through gpsd's JSON socket.</summary>
    Gpsd,

    /// <summary>The satellite receiver of a modem, through ModemManager.</summary>
    Modem,
}

/// <summary>Where the box is.</summary>
public sealed class PositionOptions
{
    /// <summary>What knows it: None, Configured, Gpsd or Modem.</summary>
    public PositionSourceKind Source { get; init; }

    /// <summary>Configured: degrees north.</summary>
    [Range(-90d, 90d)]
    public double Latitude { get; init; }

    /// <summary>Configured: degrees east.</summary>
    [Range(-180d, 180d)]
    public double Longitude { get; init; }

    /// <summary>Gpsd: the host it runs on.</summary>
    [Required, StringLength(253, MinimumLength = 1)]
    public string GpsdHost { get; init; } = "127.0.0.1";

    /// <summary>Gpsd: its port (1 to 65535).</summary>
    [Range(1, 65535)]
    public int GpsdPort { get; init; } = 2947;

    /// <summary>A position older than this counts as unknown (5 s to 1 h); unknown is not outside.</summary>
    [Range(typeof(TimeSpan), "00:00:05", "01:00:00")]
    public TimeSpan MaxAge { get; init; } = TimeSpan.FromMinutes(1);
}
