using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Appliance.Delivery.Mqtt.HomeAssistant;

/// <summary>The announcement of a device (<c>&lt;prefix&gt;/device/&lt;id&gt;/config</c>). Contract: <c>mqtt-schemas/homeassistant/</c>.</summary>
internal static class DeviceConfig
{
    // Not for HTML: names stay readable UTF-8 instead of \u escapes.
    private static readonly JsonWriterOptions s_options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="to">Takes the JSON.</param>
    /// <param name="identity">The box.</param>
    /// <param name="components">Its entities.</param>
    /// <param name="removed">Entities announced before and now gone, by id, with their platform: Home Assistant removes them.</param>
    public static void Write(
        IBufferWriter<byte> to, ApplianceIdentity identity, IReadOnlyList<Component> components,
        IReadOnlyDictionary<string, string> removed)
    {
        using var json = new Utf8JsonWriter(to, s_options);
        json.WriteStartObject();
        json.WriteStartObject("dev");
        json.WriteStartArray("ids");
        json.WriteStringValue("watchpost-" + identity.Serial);
        json.WriteEndArray();
        json.WriteString("name", identity.Name);
        json.WriteString("mf", "Watchpost");
        json.WriteString("mdl", "Watchpost");
        json.WriteString("sn", identity.Serial);
        json.WriteString("sw", identity.Version);
        json.WriteEndObject();
        json.WriteStartObject("o");
        json.WriteString("name", "watchpost");
        json.WriteString("sw", identity.Version);
        json.WriteEndObject();
        json.WriteNumber("qos", 1);
        json.WriteStartObject("cmps");
        foreach (var component in components)
        {
            json.WriteStartObject(component.Id);
            json.WriteString("p", component.Platform);
            json.WriteString("uniq_id", $"watchpost-{identity.Serial}-{component.Id}");
            foreach (var (name, value) in component.Options)
            {
                json.WritePropertyName(name);
                value!.WriteTo(json);
            }

            json.WriteEndObject();
        }

        foreach (var (id, platform) in removed.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            json.WriteStartObject(id);
            json.WriteString("p", platform);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }
}
