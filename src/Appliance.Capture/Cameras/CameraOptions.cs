using System.ComponentModel.DataAnnotations;
using Appliance.Core.Cameras;

namespace Appliance.Capture.Cameras;

/// <summary>One camera of the configuration.</summary>
public sealed record CameraOptions
{
    /// <summary>Name of the camera in URLs, topics and file names: 1–64 of a–z, 0–9, '_' and '-'.</summary>
    [Required, RegularExpression(CameraId.Pattern, ErrorMessage = "must be 1–64 of a–z, 0–9, '_' and '-'")]
    public string Id { get; init; } = "";

    /// <summary>Name for people; the id when empty.</summary>
    [MaxLength(100)]
    public string Name { get; init; } = "";

    /// <summary>
    /// Where the pictures come from: <c>rtsp://host/path</c>, <c>rtsps://…</c>, <c>http(s)://…</c> (MJPEG), a file path or
    /// <c>file://…</c>, <c>/dev/videoN</c>, or <c>test://</c> (a moving test picture). Credentials belong into
    /// <see cref="Username"/> and <see cref="Password"/>; those written into the URL are taken out of it and never shown.
    /// </summary>
    [Required, MaxLength(2048)]
    public string Source { get; init; } = "";

    /// <summary>How RTSP media travels: Auto (TCP first, UDP if the camera refuses TCP), Tcp or Udp.</summary>
    [EnumDataType(typeof(CameraTransport))]
    public CameraTransport Transport { get; init; } = CameraTransport.Auto;

    /// <summary>User name the camera asks for, if any.</summary>
    [MaxLength(256)]
    public string? Username { get; init; }

    /// <summary>Password the camera asks for, if any. A secret: it never appears in logs, health or messages.</summary>
    [MaxLength(256)]
    public string? Password { get; init; }

    /// <summary>Frames analysed per second; frames above that rate are skipped before they are mapped.</summary>
    [Range(1, 60)]
    public int FramesPerSecond { get; init; } = 10;

    /// <summary>Seconds of encoded video kept in memory for evidence clips; 0 keeps none.</summary>
    [Range(0, 60)]
    public int PreRollSeconds { get; init; } = 10;

    /// <summary>Upper bound of the memory that the encoded pre-roll may take, in MiB.</summary>
    [Range(1, 256)]
    public int PreRollMegabytes { get; init; } = 16;

    /// <summary>Whether the camera runs.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Time without a frame after which the camera counts as silent and is reopened.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan SilenceTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Time with an unchanging picture after which the camera counts as frozen and is reopened; unset: a still picture is
    /// no fault. A live sensor's noise always changes the picture; a test pattern does not.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "24:00:00", ParseLimitsInInvariantCulture = true, ConvertValueInInvariantCulture = true)]
    public TimeSpan? FrozenTimeout { get; init; }

    /// <summary>Files only: begin again at the end instead of stopping.</summary>
    public bool Loop { get; init; }

    /// <summary>Files only: play at the recorded speed; otherwise as fast as it decodes, and what the queue cannot hold is dropped.</summary>
    public bool Realtime { get; init; } = true;

    /// <summary>The typed <see cref="Id"/>.</summary>
    public CameraId CameraId => new(Id);

    /// <summary>The id only: a record's own text would show the password.</summary>
    public override string ToString() => Id;
}
