using System.ComponentModel.DataAnnotations;

namespace Appliance.Delivery.Mqtt.Frigate;

/// <summary>Topics as Frigate's consumers read them: tracked people as they go, and alerts as reviews.</summary>
public sealed class FrigateOptions
{
    /// <summary>Whether it is published, in an MQTT session of its own.</summary>
    public bool Enabled { get; init; }

    /// <summary>Whether names of people are sent (<c>sub_label</c>, face updates).</summary>
    public bool IncludeNames { get; init; }

    /// <summary>First part of its topics, without wildcards; null = <c>frigate/&lt;serial&gt;</c>. Consumers take it as Frigate's topic_prefix.</summary>
    [RegularExpression("^[^/#+$\\u0000][^#+\\u0000]{0,199}(?<!/)$", ErrorMessage = "TopicPrefix must be a topic without # and +, not starting or ending with /")]
    public string? TopicPrefix { get; init; }
}
