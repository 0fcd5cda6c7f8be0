using Appliance.Delivery.Sparkplug;

namespace Appliance.UnitTests.Delivery.Sparkplug;

public sealed class DeviceFactsTests
{
    private const string Release = "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\n";

    [Fact]
    public void From_Board_DeviceTreeCounts()
    {
        var facts = DeviceFacts.From(new Dictionary<string, string>
        {
            ["/proc/device-tree/compatible"] = "raspberrypi,4-model-b\0brcm,bcm2711\0",
            ["/proc/device-tree/model"] = "Raspberry Pi 4 Model B Rev 1.4\0",
            ["/etc/os-release"] = Release,
        }.GetValueOrDefault);

        Assert.Equal(new("raspberrypi", "Raspberry Pi 4 Model B Rev 1.4", "Debian GNU/Linux", "12"), facts);
    }

    [Fact]
    public void From_Pc_DmiCounts()
    {
        var facts = DeviceFacts.From(new Dictionary<string, string>
        {
            ["/sys/class/dmi/id/sys_vendor"] = "Acme\n",
            ["/sys/class/dmi/id/product_name"] = "Edge 7\n",
        }.GetValueOrDefault);

        Assert.Equal(new("Acme", "Edge 7", null, null), facts);
    }

    [Fact]
    public void Temperature_SeveralZones_TheProcessorCounts()
    {
        var files = new Dictionary<string, string>
        {
            ["/z0/type"] = "acpitz\n",
            ["/z0/temp"] = "27800\n",
            ["/z1/type"] = "x86_pkg_temp\n",
            ["/z1/temp"] = "51500\n",
        };

        Assert.Equal(51.5, DeviceFacts.Temperature(["/z0", "/z1"], files.GetValueOrDefault));
        Assert.Null(DeviceFacts.Temperature(["/z9"], files.GetValueOrDefault));
    }
}
