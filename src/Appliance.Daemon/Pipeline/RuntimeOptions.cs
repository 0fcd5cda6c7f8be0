using Appliance.Capture.Cameras;
using Appliance.Core.Recognition;
using Appliance.Core.Rules;
using Appliance.Core.Tracking;
using Appliance.Daemon.Evidence;
using Appliance.Daemon.Platform;
using Appliance.Daemon.Sites;
using Appliance.Delivery;
using Appliance.Delivery.Anchoring;
using Appliance.Delivery.Inputs;
using Appliance.Delivery.Mqtt;
using Appliance.Delivery.Notifications;
using Appliance.Delivery.Outputs;
using Appliance.Delivery.Sparkplug;
using Appliance.Inference;
using Appliance.Learning;
using Appliance.Store;

namespace Appliance.Daemon.Pipeline;

/// <summary>The validated configuration of one run, by room.</summary>
internal sealed record RuntimeOptions
{
    public required ApplianceIdentity Identity { get; init; }

    public required StoreOptions Store { get; init; }

    public InferenceOptions Inference { get; init; } = new();

    public TrackingOptions Tracking { get; init; } = new();

    public RecognitionOptions Recognition { get; init; } = new();

    public AlertsOptions Alerts { get; init; } = new();

    public RulesOptions Rules { get; init; } = new();

    public InputsOptions Inputs { get; init; } = new();

    public PositionOptions Locating { get; init; } = new();

    public MqttOptions Mqtt { get; init; } = new() { Enabled = false };

    public SparkplugOptions Sparkplug { get; init; } = new();

    public OutputsOptions Outputs { get; init; } = new();

    public PipelineOptions Pipeline { get; init; } = new();

    public EvidenceOptions Evidence { get; init; } = new() { Enabled = false };

    public AnchoringOptions Anchoring { get; init; } = new();

    /// <summary>Where the box stands, in the operator's words.</summary>
    public string Position { get; init; } = "";
    public NotificationsOptions Notifications { get; init; } = new();

    public PlatformOptions Platform { get; init; } = new();

    public LearningOptions Learning { get; init; } = new();

    public FederationOptions Federation { get; init; } = new();

    /// <summary>Cameras of the configuration file; those of the settings store come on top.</summary>
    public IReadOnlyList<CameraOptions> Cameras { get; init; } = [];
}
