using System.ComponentModel.DataAnnotations;

namespace Appliance.Daemon.Host.Configuration;

/// <summary>Who and where this box is.</summary>
public sealed class IdentityOptions
{
    /// <summary>Name of the place, for people, e.g. <c>Pole 07</c> (1–100 characters).</summary>
    [Required, StringLength(100, MinimumLength = 1)]
    public string Name { get; init; } = "Watchpost";

    /// <summary>Serial number: 1–32 of A–Z, a–z, 0–9, '_' and '-'; part of MQTT topics and of the client id. Empty: made from the host's name.</summary>
    [RegularExpression("^[A-Za-z0-9_-]{0,32}$", ErrorMessage = "must be up to 32 of A–Z, a–z, 0–9, '_' and '-'")]
    public string Serial { get; init; } = "";

    /// <summary>Site the box belongs to, for people (up to 100 characters).</summary>
    [MaxLength(100)]
    public string Site { get; init; } = "";

    /// <summary>Where on the site it stands, for people (up to 200 characters).</summary>
    [MaxLength(200)]
    public string Position { get; init; } = "";

    /// <summary>Folder of everything that must survive: database, keys, certificate, installed models. Mode 0700.</summary>
    [Required, MinLength(1)]
    public string DataDirectory { get; init; } = "/var/lib/watchpost";
}
