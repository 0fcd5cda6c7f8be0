using System.Reflection;
using Appliance.Daemon.Host.Configuration;
using Appliance.Daemon.Pipeline;
using Appliance.Delivery;
using Appliance.Delivery.Mqtt;
using Appliance.Delivery.Notifications;
using Appliance.Delivery.Sparkplug;

namespace Appliance.Daemon.Host;

/// <summary>From what the file says to what the rooms take.</summary>
internal static class RuntimeOptionsFactory
{
    public static string Version { get; } =
        typeof(RuntimeOptionsFactory).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0";

    public static RuntimeOptions From(ApplianceOptions options)
    {
        var data = Path.GetFullPath(options.Appliance.DataDirectory);
        return new()
        {
            Identity = new ApplianceIdentity(SerialOf(options.Appliance), options.Appliance.Name, Version, Guid.NewGuid()),
            Store = options.Store.For(
                data,
                [
                    .. MqttDelivery.Destinations(options.Mqtt),
                    .. SparkplugNode.Destinations(options.Sparkplug),
                    .. NotificationDelivery.Destinations(options.Notifications),
                ]) with
            {
                RequiredConsumers = MqttDelivery.RequiredConsumers(options.Mqtt),
                RedeliverAfter = options.Mqtt.RedeliverAfter,
                RedeliverLongest = options.Mqtt.RedeliverLongest,
                Evidence = new()
                {
                    Enabled = options.Evidence.Enabled,
                    Device = SerialOf(options.Appliance),
                    MaxBytes = options.Evidence.MaxBytes,
                    MinFreeBytes = options.Evidence.MinFreeBytes,
                },
            },
            Evidence = options.Evidence,
            Anchoring = options.Anchoring,
            Position = options.Appliance.Position,
            Inference = WithModelStore(options, data),
            Tracking = options.Tracking,
            Recognition = options.Recognition,
            Alerts = options.Alerts,
            Rules = options.Rules,
            Inputs = options.Inputs,
            Locating = options.Position,
            Mqtt = options.Mqtt,
            Sparkplug = options.Sparkplug,
            Outputs = options.Outputs,
            Pipeline = options.Pipeline,
            Platform = options.Platform,
            Learning = options.Learning,
            Federation = options.Federation,
            Notifications = options.Notifications,
            Cameras = options.Cameras,
        };
    }

    private static string SerialOf(IdentityOptions identity)
    {
        if (identity.Serial.Length > 0)
            return identity.Serial;

        var host = new string([.. Environment.MachineName.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-').Take(32)]);
        return host.Length > 0 ? host : "watchpost";
    }

    private static Inference.InferenceOptions WithModelStore(ApplianceOptions options, string data) =>
        options.Inference.ModelStore.Length > 0
            ? options.Inference
            : options.Inference with { ModelStore = Path.Combine(data, "models") };
}
