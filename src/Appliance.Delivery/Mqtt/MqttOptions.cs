using System.ComponentModel.DataAnnotations;
using Appliance.Delivery.Mqtt.Consumers;
using Appliance.Delivery.Mqtt.Frigate;
using Appliance.Delivery.Mqtt.HomeAssistant;
using Appliance.Delivery.Mqtt.Onvif;
using Microsoft.Extensions.Options;

namespace Appliance.Delivery.Mqtt;

/// <summary>The site's MQTT broker and what is said to it.</summary>
public sealed class MqttOptions : IValidatableObject
{
    /// <summary>Whether alerts are published at all. Off: no outbox rows are made for MQTT.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Name or address of the broker. With TLS it must be in the broker's certificate, and it is sent as SNI.</summary>
    [Required, StringLength(253, MinimumLength = 1)]
    public string Host { get; init; } = "localhost";

    /// <summary>TCP port (1–65535); null = 8883 with TLS, else 1883.</summary>
    [Range(1, 65535)]
    public int? Port { get; init; }

    /// <summary>Encrypt, and check the broker's certificate. Off only for a broker on the same machine or in a test.</summary>
    public bool Tls { get; init; }

    /// <summary>PEM file of the authorities that may vouch for the broker; null = those of the operating system.</summary>
    public string? CaFile { get; init; }

    /// <summary>PEM file of this box's client certificate with its chain; null = none. Needs <see cref="KeyFile"/>.</summary>
    public string? CertFile { get; init; }

    /// <summary>PEM file of the private key for <see cref="CertFile"/>, not encrypted, mode 0600.</summary>
    public string? KeyFile { get; init; }

    /// <summary>User name at the broker; null = anonymous or by certificate.</summary>
    [StringLength(256, MinimumLength = 1)]
    public string? Username { get; init; }

    /// <summary>Password for <see cref="Username"/>. Never logged, never returned by REST. Prefer <see cref="PasswordFile"/>.</summary>
    [StringLength(4096)]
    public string? Password { get; init; }

    /// <summary>File that holds the password (its first line), e.g. a systemd credential; read at every connect.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>Client id (1–128 characters); null = <c>ea-&lt;serial&gt;</c>. Two clients with one id throw each other out.</summary>
    [StringLength(128, MinimumLength = 1)]
    public string? ClientId { get; init; }

    /// <summary>First part of every topic of the native dialect, without wildcards; null = <c>ea/&lt;serial&gt;</c>.</summary>
    [RegularExpression("^[^/#+$\\u0000][^#+\\u0000]{0,199}(?<!/)$", ErrorMessage = "TopicPrefix must be a topic without # and +, not starting or ending with /")]
    public string? TopicPrefix { get; init; }

    /// <summary>
    /// Listen to the other boxes of the site for the fleet view, over a second connection (client id with <c>-fleet</c>). The broker
    /// must let the box read <c>ea/+/available</c> and <c>ea/+/info</c>.
    /// </summary>
    public bool Fleet { get; init; } = true;

    /// <summary>How long the broker keeps our session (subscriptions) while we are away (0 to 30 days).</summary>
    [Range(typeof(TimeSpan), "00:00:00", "30.00:00:00")]
    public TimeSpan SessionExpiry { get; init; } = TimeSpan.FromDays(1);

    /// <summary>Silence after which both ends ask each other for a sign of life (5 s to 10 min).</summary>
    [Range(typeof(TimeSpan), "00:00:05", "00:10:00")]
    public TimeSpan KeepAlive { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Alerts sent and not yet acknowledged by the broker (1–1000). A broker that allows less is obeyed.</summary>
    [Range(1, 1000)]
    public int MaxInFlight { get; init; } = 100;

    /// <summary>
    /// Consumers that must acknowledge an alert (topic <c>{prefix}/ack</c>) before its outbox row leaves, at most 16 names of
    /// letters, digits, <c>. _ -</c>; none = the broker's word is enough.
    /// </summary>
    [MaxLength(16)]
    public IReadOnlyList<string> RequiredConsumers { get; init; } = [];

    /// <summary>Pause before an alert that a required consumer did not acknowledge is sent again; doubles from there (1 s to 1 day).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "1.00:00:00")]
    public TimeSpan RedeliverAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Longest such pause (1 s to 7 days).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan RedeliverLongest { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long one attempt to connect may take (1 s to 2 min).</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:02:00")]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>First pause after a lost or refused connection; doubles from there (100 ms to 1 min).</summary>
    [Range(typeof(TimeSpan), "00:00:00.1", "00:01:00")]
    public TimeSpan ReconnectFirst { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Longest pause between attempts (1 s to 10 min). Up to a quarter is added at random, so that boxes spread out.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan ReconnectLongest { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// Whether consumers may switch outputs by messages to <c>&lt;prefix&gt;/output/&lt;id&gt;/set</c>, for outputs with
    /// AllowRemote and within their limits. Off: whoever may publish there could silence a siren, so a site says yes once its broker
    /// knows who that is.
    /// </summary>
    public bool AllowCommands { get; init; }

    /// <summary>In which dialects alerts and state are published.</summary>
    [ValidateObjectMembers]
    public MqttDialectsOptions Dialects { get; init; } = new();

    /// <summary>The port in use.</summary>
    public int EffectivePort => Port ?? (Tls ? 8883 : 1883);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if ((CertFile is null) != (KeyFile is null))
            yield return new("CertFile and KeyFile go together", [nameof(CertFile), nameof(KeyFile)]);
        if (!Tls && (CaFile ?? CertFile) is not null)
            yield return new("CaFile and CertFile have no effect without Tls", [nameof(Tls)]);
        if (Password is not null && PasswordFile is not null)
            yield return new("Password and PasswordFile exclude each other", [nameof(PasswordFile)]);
        if ((Password ?? PasswordFile) is not null && Username is null)
            yield return new("A password needs a Username", [nameof(Username)]);
        if (ReconnectLongest < ReconnectFirst)
            yield return new("ReconnectLongest is shorter than ReconnectFirst", [nameof(ReconnectLongest)]);
        if (RedeliverLongest < RedeliverAfter)
            yield return new("RedeliverLongest is shorter than RedeliverAfter", [nameof(RedeliverLongest)]);
        if (RequiredConsumers.Any(name => !ConsumerMessages.IsName(name)))
            yield return new("RequiredConsumers are names of 1 to 64 letters, digits, . _ -", [nameof(RequiredConsumers)]);
        if (RequiredConsumers.Count > 0 && Enabled && !Dialects.Native.Enabled)
            yield return new("RequiredConsumers acknowledge alerts of the native dialect, which is off", [nameof(RequiredConsumers)]);
    }
}

/// <summary>The dialects, each switchable.</summary>
public sealed class MqttDialectsOptions
{
    /// <summary>CloudEvents over MQTT 5 and plain state topics: the box's own words, schemas in <c>mqtt-schemas/</c>.</summary>
    public NativeDialectOptions Native { get; init; } = new();

    /// <summary>ONVIF events as JSON over MQTT (onvif-ej), for video management systems.</summary>
    [ValidateObjectMembers]
    public OnvifDialectOptions Onvif { get; init; } = new();

    /// <summary>Home Assistant's device discovery.</summary>
    [ValidateObjectMembers]
    public HomeAssistantOptions HomeAssistant { get; init; } = new();

    /// <summary>Topics as Frigate's consumers read them.</summary>
    [ValidateObjectMembers]
    public FrigateOptions Frigate { get; init; } = new();
}

/// <summary>The native dialect.</summary>
public sealed class NativeDialectOptions
{
    /// <summary>Whether it is published.</summary>
    public bool Enabled { get; init; } = true;

    /// <summary>Whether alerts carry names of people; without, they carry the person's id and category only.</summary>
    public bool IncludeNames { get; init; } = true;

    /// <summary>Whether alerts are signed with the box's own key (device.crt in its data folder), checked by mqtt-schemas/verify.</summary>
    public bool Sign { get; init; } = true;
}
