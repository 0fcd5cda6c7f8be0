using System.Text.Json.Nodes;

namespace Appliance.Delivery.Mqtt.HomeAssistant;

/// <summary>One entity of the announced device.</summary>
/// <param name="Id">Key within the device, <c>[A-Za-z0-9_-]</c>.</param>
/// <param name="Platform">Kind of entity: event, binary_sensor, siren, …</param>
/// <param name="Options">Everything but <c>p</c> and <c>uniq_id</c>.</param>
internal sealed record Component(string Id, string Platform, JsonObject Options);
