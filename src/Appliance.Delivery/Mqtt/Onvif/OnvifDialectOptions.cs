using System.ComponentModel.DataAnnotations;

namespace Appliance.Delivery.Mqtt.Onvif;

/// <summary>Events as an ONVIF device sends them over MQTT, for video management systems.</summary>
public sealed class OnvifDialectOptions
{
    /// <summary>Whether it is published.</summary>
    public bool Enabled { get; init; }

    /// <summary>First part of its topics, before /onvif-ej/, without wildcards; null = the topic prefix of the native dialect.</summary>
    [RegularExpression("^[^/#+$\\u0000][^#+\\u0000]{0,199}(?<!/)$", ErrorMessage = "TopicPrefix must be a topic without # and +, not starting or ending with /")]
    public string? TopicPrefix { get; init; }

    /// <summary>Whether recognised faces carry the person's name; without, they carry the person's id (EnrollmentID) only.</summary>
    public bool IncludeNames { get; init; }

    /// <summary>Categories of people whose faces are labelled Whitelisted.</summary>
    [MaxLength(100)]
    public IReadOnlyList<string> Whitelisted { get; init; } = [];

    /// <summary>Categories of people whose faces are labelled Blacklisted.</summary>
    [MaxLength(100)]
    public IReadOnlyList<string> Blacklisted { get; init; } = [];
}
