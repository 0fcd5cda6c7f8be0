using System.Buffers;
using System.Text.Json.Nodes;
using Appliance.Core.Alerts;
using Appliance.Delivery;
using Appliance.Delivery.Mqtt;
using Appliance.Delivery.Mqtt.HomeAssistant;
using Appliance.Delivery.Mqtt.Native;

namespace Appliance.UnitTests.Delivery.Mqtt;

public sealed class DeviceComponentsTests
{
    private static readonly ApplianceIdentity s_box = new("7F3A", "Pole 07", "0.1.0", Guid.Empty);

    [Fact]
    public void For_Camera_HasAnEventEntityOfAllKindsThatIsThereWhileTheCameraIsLost()
    {
        var alert = Config(new([new(new("gate"), "Main gate", [])], [], []))["cmps"]!["cam_gate_alert"]!;

        Assert.Equal("event", (string)alert["p"]!);
        Assert.Equal("Main gate alert", (string)alert["name"]!);
        Assert.Equal("ea/7F3A/cam/gate/alert", (string)alert["stat_t"]!);
        Assert.Equal(AlertKinds.All, alert["evt_typ"]!.AsArray().Select(kind => (string)kind!));
        Assert.Equal(["ea/7F3A/available"], Topics(alert));
    }

    [Fact]
    public void For_OccupancyAndTamper_AreThereOnlyWhenTheBoxAndTheCameraAre()
    {
        var cmps = Config(new([new(new("gate"), "", ["yard"], true, true)], [], []))["cmps"]!;

        foreach (var id in new[] { "cam_gate_occupancy", "zone4_gate_yard", "cam_gate_tamper" })
        {
            Assert.Equal(["ea/7F3A/available", "ea/7F3A/cam/gate/status"], Topics(cmps[id]!));
            Assert.Equal("all", (string)cmps[id]!["avty_mode"]!);
        }

        Assert.Equal("ea/7F3A/cam/gate/zone/yard/occupancy", (string)cmps["zone4_gate_yard"]!["stat_t"]!);
    }

    [Fact]
    public void For_CameraWithoutSuchReports_HasNoSuchEntities() => Assert.Equal(
        ["cam_gate_alert", "cam_gate_online"],
        Config(new([new(new("gate"), "", [])], [], []))["cmps"]!.AsObject().Select(one => one.Key)
            .Where(key => !key.StartsWith("box_", StringComparison.Ordinal)));

    [Theory]
    [InlineData("siren", true, "siren")]
    [InlineData("strobe", true, "siren")]
    [InlineData("relay", true, "switch")]
    [InlineData("whatever", true, "switch")]
    [InlineData("siren", false, "binary_sensor")]
    public void For_Output_IsSwitchableOnlyWhereCommandsAreAllowed(string kind, bool allowed, string platform)
    {
        var output = Config(new([], [new(new("out1"), kind, TimeSpan.Zero, IsRemote: true)], []), allowed)["cmps"]!["out_out1"]!;

        Assert.Equal(platform, (string)output["p"]!);
        Assert.Equal(allowed ? "ea/7F3A/output/out1/set" : null, (string?)output["cmd_t"]);
        Assert.Equal(allowed ? false : null, (bool?)output["ret"]);
        Assert.Equal("ea/7F3A/output/out1/state", (string)output["stat_t"]!);
    }

    [Fact]
    public void For_OutputThatOthersMayNotCommand_IsShownOnly() => Assert.Equal(
        "binary_sensor",
        (string)Config(new([], [new(new("out1"), "siren", TimeSpan.Zero)], []), commands: true)["cmps"]!["out_out1"]!["p"]!);

    [Fact]
    public void For_NamesThatJoinToTheSameText_HaveDifferentIds()
    {
        var cmps = Config(new([new(new("a"), "", ["b_c"], true), new(new("a_b"), "", ["c"], true)], [], []))["cmps"]!.AsObject();

        Assert.Equal(2, cmps.Count(one => one.Key.StartsWith("zone", StringComparison.Ordinal)));
        Assert.Equal(cmps.Count, cmps.Select(one => (string)one.Value!["uniq_id"]!).Distinct().Count());
    }

    [Fact]
    public void For_InputOfAnUnknownKind_IsAPlainOne()
    {
        var cmps = Config(new([], [], [new("gate", "door"), new("odd", "thing")]))["cmps"]!;

        Assert.Equal("door", (string)cmps["in_gate"]!["dev_cla"]!);
        Assert.Null(cmps["in_odd"]!["dev_cla"]);
    }

    [Fact]
    public void Write_RemovedComponents_CarryTheirPlatformOnly()
    {
        var config = Config(new([], [], []), removed: new() { ["cam_yard_alert"] = "event" });

        Assert.Equal("""{"p":"event"}""", config["cmps"]!["cam_yard_alert"]!.ToJsonString());
    }

    private static IEnumerable<string> Topics(JsonNode component) => component["avty"]!.AsArray().Select(one => (string)one!["t"]!);

    private static JsonNode Config(InventoryReport inventory, bool commands = false, Dictionary<string, string>? removed = null)
    {
        var topics = new NativeTopics("ea/7F3A");
        var to = new ArrayBufferWriter<byte>();
        DeviceConfig.Write(to, s_box, new DeviceComponents(topics, topics.Alert, commands).For(inventory), removed ?? []);
        return JsonNode.Parse(to.WrittenSpan)!;
    }
}
