using System.ComponentModel.DataAnnotations;

namespace Appliance.Delivery.Mqtt.HomeAssistant;

/// <summary>Home Assistant's device discovery; its entities read the native topics.</summary>
public sealed class HomeAssistantOptions
{
    /// <summary>Whether the box announces itself. Off: what it once announced is withdrawn.</summary>
    public bool Enabled { get; init; }

    /// <summary>
    /// Whether alerts carry names of people. Where this differs from the native dialect's IncludeNames, Home Assistant gets alerts of its
    /// own below <c>ha/</c>, and the broker should let it read no others.
    /// </summary>
    public bool IncludeNames { get; init; }

    /// <summary>First part of the topics that Home Assistant looks for devices under.</summary>
    [RegularExpression("^[^/#+$\\u0000][^#+\\u0000]{0,99}(?<!/)$", ErrorMessage = "DiscoveryPrefix must be a topic without # and +, not starting or ending with /")]
    public string DiscoveryPrefix { get; init; } = "homeassistant";

    /// <summary>Where Home Assistant says <c>online</c> when it starts.</summary>
    [RegularExpression("^[^/#+$\\u0000][^#+\\u0000]{0,199}(?<!/)$", ErrorMessage = "StatusTopic must be a topic without # and +, not starting or ending with /")]
    public string StatusTopic { get; init; } = "homeassistant/status";

    /// <summary>
    /// Whether the broker keeps the announcement. Off: it is sent at each connect and whenever Home Assistant starts, and nothing is
    /// left behind by a box that was scrapped.
    /// </summary>
    public bool Retain { get; init; }

    /// <summary>Longest random wait after Home Assistant's start (0 to 5 min), so that a street of boxes does not answer in one instant.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:05:00")]
    public TimeSpan AnnounceWithin { get; init; } = TimeSpan.FromSeconds(10);
}
