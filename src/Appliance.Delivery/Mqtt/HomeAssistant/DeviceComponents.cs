using System.Text.Json.Nodes;
using Appliance.Core.Alerts;
using Appliance.Core.Cameras;
using Appliance.Delivery.Mqtt.Native;

namespace Appliance.Delivery.Mqtt.HomeAssistant;

/// <summary>Which entities the box has. Pure: the same inventory gives the same entities, in the same order.</summary>
/// <param name="topics">Where the state is.</param>
/// <param name="alert">Where alerts of a camera are.</param>
/// <param name="allowCommands">Whether outputs can be switched, each if it may be; without, they can be seen.</param>
internal sealed class DeviceComponents(NativeTopics topics, Func<CameraId, string> alert, bool allowCommands)
{
    private const string OnOff = "{{ value_json.state }}";

    // camera-status also says «disabled», which an availability topic would leave as it was.
    private const string CameraAvailable = "{{ 'online' if value == 'online' else 'offline' }}";

    public IReadOnlyList<Component> For(InventoryReport inventory)
    {
        var list = new List<Component>();
        foreach (var camera in inventory.Cameras)
            AddCamera(list, camera);
        foreach (var output in inventory.Outputs)
            list.Add(Output(output));
        foreach (var input in inventory.Inputs)
            list.Add(Input(input));
        AddBox(list);
        return list;
    }

    private void AddCamera(List<Component> list, CameraEntry camera)
    {
        var (id, name) = (camera.Camera.Value, camera.Name.Length > 0 ? camera.Name : camera.Camera.Value);
        list.Add(Event($"cam_{id}_alert", $"{name} alert", camera.Camera));
        list.Add(new($"cam_{id}_online", "binary_sensor", new()
        {
            ["name"] = $"{name} connection",
            ["dev_cla"] = "connectivity",
            ["ent_cat"] = "diagnostic",
            ["stat_t"] = topics.CameraStatus(camera.Camera),
            ["val_tpl"] = "{{ 'ON' if value == 'online' else 'OFF' }}",
            ["avty"] = Available(null),
        }));
        if (camera.ReportsOccupancy)
            list.Add(Occupancy($"cam_{id}_occupancy", $"{name} occupancy", camera.Camera, null));
        foreach (var zone in camera.Zones)
        {
            // The length keeps «a» with zone «b_c» apart from «a_b» with zone «c».
            list.Add(Occupancy($"zone{id.Length}_{id}_{zone}", $"{name} {zone} occupancy", camera.Camera, zone));
        }

        if (camera.ReportsTamper)
        {
            list.Add(new($"cam_{id}_tamper", "binary_sensor", new()
            {
                ["name"] = $"{name} tamper",
                ["dev_cla"] = "tamper",
                ["stat_t"] = topics.Tamper(camera.Camera),
                ["val_tpl"] = OnOff,
                ["json_attr_t"] = topics.Tamper(camera.Camera),
                ["avty"] = Available(camera.Camera),
                ["avty_mode"] = "all",
            }));
        }
    }

    private Component Event(string id, string name, CameraId camera) => new(id, "event", new()
    {
        ["name"] = name,
        ["stat_t"] = alert(camera),
        ["evt_typ"] = new JsonArray([.. AlertKinds.All.Select(kind => (JsonNode)kind)]),
        // Not the camera's: an alert about its loss must come through while it is lost.
        ["avty"] = Available(null),
    });

    private Component Occupancy(string id, string name, CameraId camera, string? zone) => new(id, "binary_sensor", new()
    {
        ["name"] = name,
        ["dev_cla"] = "occupancy",
        ["stat_t"] = topics.Occupancy(camera, zone),
        ["val_tpl"] = OnOff,
        ["json_attr_t"] = topics.Occupancy(camera, zone),
        ["avty"] = Available(camera),
        ["avty_mode"] = "all",
    });

    private Component Output(OutputEntry output)
    {
        var options = new JsonObject
        {
            ["name"] = output.Output.Value,
            ["stat_t"] = topics.OutputState(output.Output),
            ["json_attr_t"] = topics.OutputState(output.Output),
            ["avty"] = Available(null),
        };
        if (!allowCommands || !output.IsRemote)
        {
            options["val_tpl"] = OnOff;
            return new($"out_{output.Output}", "binary_sensor", options);
        }

        options["cmd_t"] = topics.OutputSet(output.Output.Value);
        // Never kept: a retained command would ring the siren at each reconnect.
        options["ret"] = false;
        if (output.Kind is not ("siren" or "strobe"))
        {
            options["val_tpl"] = OnOff;
            return new($"out_{output.Output}", "switch", options);
        }

        // A siren's state message may hold its own three parameters only; the template takes our state out of more.
        options["state_value_template"] = OnOff;
        options["sup_dur"] = true;
        options["sup_vol"] = false;
        return new($"out_{output.Output}", "siren", options);
    }

    private Component Input(InputEntry input)
    {
        var options = new JsonObject
        {
            ["name"] = input.Input,
            ["stat_t"] = topics.InputState(input.Input),
            ["val_tpl"] = OnOff,
            ["avty"] = Available(null),
        };
        if (input.Kind is "door" or "window" or "motion" or "tamper" or "smoke" or "opening" or "vibration")
            options["dev_cla"] = input.Kind;
        return new($"in_{input.Input}", "binary_sensor", options);
    }

    private void AddBox(List<Component> list)
    {
        list.Add(Event("box_alert", "Box alert", CameraId.Box));
        list.Add(Diagnostic("box_problem", "binary_sensor", "Problem", new()
        {
            ["dev_cla"] = "problem",
            ["val_tpl"] = "{{ 'OFF' if value_json.status == 'ok' else 'ON' }}",
            ["json_attr_t"] = topics.Health,
        }));
        list.Add(Diagnostic("box_outbox", "sensor", "Outbox depth", new()
        {
            ["stat_cla"] = "measurement",
            ["val_tpl"] = "{{ value_json.outbox_depth }}",
        }));
        list.Add(Diagnostic("box_clock", "sensor", "Clock", new()
        {
            ["val_tpl"] = "{{ {true: 'synchronised', false: 'not synchronised'}.get(value_json.clock_synced, 'unknown') }}",
        }));
        list.Add(Diagnostic("box_version", "sensor", "Version", new() { ["val_tpl"] = "{{ value_json.version }}" }));
        list.Add(new("box_update", "update", new()
        {
            ["name"] = "Software",
            ["ent_cat"] = "diagnostic",
            ["stat_t"] = topics.Update,
            ["avty"] = Available(null),
        }));
    }

    private Component Diagnostic(string id, string platform, string name, JsonObject options)
    {
        options["name"] = name;
        options["ent_cat"] = "diagnostic";
        options["stat_t"] = topics.Health;
        options["avty"] = Available(null);
        return new(id, platform, options);
    }

    /// <summary>The box must be there, and the camera where the state is the camera's.</summary>
    private JsonArray Available(CameraId? camera)
    {
        var list = new JsonArray(new JsonObject { ["t"] = topics.Available });
        if (camera is { } one)
            list.Add(new JsonObject { ["t"] = topics.CameraStatus(one), ["val_tpl"] = CameraAvailable });
        return list;
    }
}
