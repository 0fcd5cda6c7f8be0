using System.ComponentModel.DataAnnotations;
using Appliance.Capture.Cameras;
using Appliance.Core.Recognition;
using Appliance.Core.Rules;
using Appliance.Core.Tracking;
using Appliance.Daemon.Evidence;
using Appliance.Daemon.Pipeline;
using Appliance.Daemon.Platform;
using Appliance.Daemon.Sites;
using Appliance.Delivery.Anchoring;
using Appliance.Delivery.Inputs;
using Appliance.Delivery.Mqtt;
using Appliance.Delivery.Notifications;
using Appliance.Delivery.Outputs;
using Appliance.Delivery.Sparkplug;
using Appliance.Inference;
using Appliance.Learning;

namespace Appliance.Daemon.Host.Configuration;

/// <summary>The whole of <c>appliance.json</c>; each property is a section. <c>docs/appliance.json</c> shows all of it.</summary>
public sealed class ApplianceOptions
{
    /// <summary>Who and where this box is.</summary>
    public IdentityOptions Appliance { get; init; } = new();

    /// <summary>The cameras; more can be added over REST. At most 64.</summary>
    [MaxLength(64)]
    public IReadOnlyList<CameraOptions> Cameras { get; init; } = [];

    /// <summary>Models and what they run on.</summary>
    public InferenceOptions Inference { get; init; } = new();

    /// <summary>How much of the machine recognition may use.</summary>
    public PipelineOptions Pipeline { get; init; } = new();

    /// <summary>How faces are followed from frame to frame.</summary>
    public TrackingOptions Tracking { get; init; } = new();

    /// <summary>When a track is a person of the watchlist.</summary>
    public RecognitionOptions Recognition { get; init; } = new();

    /// <summary>What becomes an alert and what it sets off.</summary>
    public AlertsOptions Alerts { get; init; } = new();

    /// <summary>Zones, lines, schedules and rules: where, when and how long something must happen to become an alert.</summary>
    public RulesOptions Rules { get; init; } = new();

    /// <summary>Relays and sirens.</summary>
    public OutputsOptions Outputs { get; init; } = new();

    /// <summary>Door contacts and tamper switches.</summary>
    public InputsOptions Inputs { get; init; } = new();

    /// <summary>Where the box is, for rules of kind Geofence.</summary>
    public PositionOptions Position { get; init; } = new();

    /// <summary>The broker.</summary>
    public MqttOptions Mqtt { get; init; } = new();

    /// <summary>Webhooks, mails and text messages.</summary>
    public NotificationsOptions Notifications { get; init; } = new();

    /// <summary>The machine below: clock, network, power, modem.</summary>
    public PlatformOptions Platform { get; init; } = new();

    /// <summary>The box as a Sparkplug edge node.</summary>
    public SparkplugOptions Sparkplug { get; init; } = new();

    /// <summary>What is kept on disk, and for how long.</summary>
    public StorageOptions Store { get; init; } = new();

    /// <summary>What is kept of an alert: clip, snapshot, signed manifest.</summary>
    public EvidenceOptions Evidence { get; init; } = new();

    /// <summary>The ways to the companion that writes the evidence log's headers to a ledger.</summary>
    public AnchoringOptions Anchoring { get; init; } = new();

    /// <summary>REST and who may use it.</summary>
    public ApiOptions Api { get; init; } = new();

    /// <summary>Learning from what operators confirm and reject.</summary>
    public LearningOptions Learning { get; init; } = new();

    /// <summary>Learning together with other boxes through a Flower server.</summary>
    public FederationOptions Federation { get; init; } = new();

    /// <summary>What is logged.</summary>
    public LogOptions Log { get; init; } = new();
}
