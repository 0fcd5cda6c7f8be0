using Appliance.FabricGateway.Configuration;

namespace Appliance.UnitTests.FabricGateway;

public class GatewayConfigurationTests
{
    private const string Fabric = """
        "Fabric": { "TlsCaFile": "a", "MspId": "Org1MSP", "CertFile": "b", "KeyFile": "c" }
        """;

    [Fact]
    public void Parse_SmallestUseful_HasNoFaults() =>
        Assert.Empty(GatewayConfiguration.Parse($$"""{ {{Fabric}}, "Mqtt": { "Enabled": true } }""").Faults);

    [Fact]
    public void Parse_ManyFaults_ListsAllWithTheirPaths()
    {
        var loaded = GatewayConfiguration.Parse(
            """
            {
              "Fabric": { "Endpoint": "http://peer:7051", "MspID": "Org1MSP", "TlsCertFile": "x", "Chanel": "y" },
              "Https": { "Enabled": true, "Port": 70000, "Address": "box" },
              "Anchoring": { "MaxHeaders": 101, "Gather": "1s" },
              "Devices": [ { "Serial": "7F3A", "Address": "0x12" }, { "Serial": "a b", "Certificates": [ "12" ] }, { "Serial": "7F3A" } ]
            }
            """);

        foreach (var path in new[]
        {
            "Fabric.Endpoint", "Fabric.TlsCertFile", "Fabric.Chanel", "Fabric.TlsCaFile", "Fabric.CertFile", "Fabric.KeyFile", "Https.Port", "Https.Address",
            "Https.CertFile", "Https.KeyFile", "Anchoring.MaxHeaders", "Anchoring.Gather", "Devices[0].Address", "Devices[1].Serial",
            "Devices[1].Certificates[0]", "Devices[2].Serial",
        })
            Assert.Contains(loaded.Faults, fault => fault.StartsWith(path + ":", StringComparison.Ordinal));
        Assert.Contains(loaded.Faults, fault => fault.Contains("did you mean Channel?", StringComparison.Ordinal));
    }

    [Fact]
    public void Parse_HttpsThatNobodyCouldUse_IsAFault() => Assert.Contains(
        GatewayConfiguration.Parse($$"""{ {{Fabric}}, "Https": { "Enabled": true, "CertFile": "c", "KeyFile": "k" } }""").Faults,
        fault => fault.StartsWith("Https.ClientCaFiles:", StringComparison.Ordinal));

    [Fact]
    public void Parse_NotJson_SaysWhereWithoutQuotingIt()
    {
        var fault = Assert.Single(GatewayConfiguration.Parse("{ \"Mqtt\": { \"PasswordFile\": secret } }").Faults);

        Assert.StartsWith("not valid JSON at line 1", fault);
        Assert.DoesNotContain("secret", fault);
    }

    [Fact]
    public void Reference_EveryOption_HasASummaryAndBinds()
    {
        var text = GatewayConfiguration.Reference();

        // Its only fault is that a reference switches nothing on.
        Assert.Equal(["Https.Enabled: neither Https nor Mqtt is enabled: no box could be heard"], GatewayConfiguration.Parse(text).Faults);
        var lines = text.Split('\n').Select(line => line.Trim()).ToList();
        for (var i = 1; i < lines.Count; i++)
        {
            if (lines[i].StartsWith('"'))
                Assert.StartsWith("//", lines[i - 1]);
        }
    }
}
