using Appliance.Core.Alerts;
using Appliance.Core.Cameras;
using Appliance.Core.Recognition;

namespace Appliance.Store.Alerts;

/// <summary>An alert with what people did about it.</summary>
/// <param name="Alert">As it was raised.</param>
/// <param name="State">Where it stands.</param>
/// <param name="Version">+1 on every review; the ETag.</param>
public sealed record StoredAlert(Alert Alert, AlertState State, int Version);

/// <summary>Narrows a listing of alerts; null = all.</summary>
public sealed record AlertFilter
{
    public CameraId? Camera { get; init; }

    /// <summary>One of <see cref="AlertKinds"/>.</summary>
    public string? Kind { get; init; }

    public PersonId? Person { get; init; }

    public AlertState? State { get; init; }

    /// <summary>That urgent or more.</summary>
    public Severity? MinSeverity { get; init; }

    public DateTimeOffset? From { get; init; }

    /// <summary>Exclusive.</summary>
    public DateTimeOffset? To { get; init; }
}
