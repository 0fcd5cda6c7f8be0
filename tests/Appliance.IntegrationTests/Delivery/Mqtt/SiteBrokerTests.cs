using System.Text;
using Appliance.IntegrationTests.Support;
using Appliance.Native.Mosquitto;

namespace Appliance.IntegrationTests.Delivery.Mqtt;

/// <summary>What <c>site-broker/</c> promises, against the real mosquitto with its files.</summary>
[Trait("needs", "mosquitto")]
public sealed class SiteBrokerTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    private static readonly string[][] s_certificates =
    [
        ["authority", "Test site"], ["server", "localhost", "127.0.0.1"], ["box", "A1"], ["box", "B2"], ["consumer", "vms"],
        ["consumer", "homeassistant"], ["consumer", "fabric-gateway"],
    ];

    [MosquittoFact]
    public async Task Box_ItsOwnTopicsInEveryDialect_AreAcceptedAndAnotherBoxsRefused()
    {
        await using var broker = await SiteBroker.Start(s_certificates);
        using var box = await Connect(broker.As("A1"));
        string[] topics =
        [
            "ea/{0}/cam/gate/alert", "ea/{0}/available", "ea/{0}/onvif-ej/Device/Trigger/Relay/&siren", "ea/{0}/ha/cam/gate/alert",
            "homeassistant/device/{0}/config", "frigate/{0}/events", "spBv1.0/site/NBIRTH/{0}", "spBv1.0/site/DDATA/{0}/gate",
        ];

        foreach (var topic in topics)
        {
            Assert.False(await Refused(box, string.Format(null, CompositeFormat.Parse(topic), "A1")), topic);
            Assert.True(await Refused(box, string.Format(null, CompositeFormat.Parse(topic), "B2")), topic);
        }

        Assert.True(await Refused(box, "spBv1.0/site/NCMD/B2"));
        Assert.True(await Refused(box, "ea/B2/output/siren/set"));
        Assert.True(await Refused(box, "anything"));
    }

    [MosquittoFact]
    public async Task Consumer_OfAlerts_ReadsAndAcknowledgesAndCannotRaiseOne()
    {
        await using var broker = await SiteBroker.Start(s_certificates);
        using var box = await Connect(broker.As("A1"));
        using var vms = await Connect(broker.As("vms"));
        await Subscribe(vms, "ea/#");
        await Subscribe(box, "ea/+/ack");

        Assert.False(await Refused(box, "ea/A1/cam/gate/alert"));
        Assert.Equal("ea/A1/cam/gate/alert", (await Next(vms)).Topic);
        Assert.False(await Refused(vms, "ea/B2/ack"));
        Assert.False(await Refused(vms, "ea/A1/ack"));
        // Its own only: the acknowledgement of the other box came first and is not here.
        Assert.Equal("ea/A1/ack", (await Next(box)).Topic);
        Assert.True(await Refused(vms, "ea/A1/cam/gate/alert"));
        Assert.True(await Refused(vms, "ea/A1/output/siren/set"));
    }

    [MosquittoFact]
    public async Task Companion_ReadsWhatGoesToTheLedgerAndAloneBringsReceipts()
    {
        await using var broker = await SiteBroker.Start(s_certificates);
        using var box = await Connect(broker.As("A1"));
        using var companion = await Connect(broker.As("fabric-gateway"));
        using var vms = await Connect(broker.As("vms"));
        await Subscribe(companion, "ea/+/evidence/+");
        await Subscribe(box, "ea/+/evidence/receipt");

        Assert.False(await Refused(box, "ea/A1/evidence/batch"));
        Assert.Equal("ea/A1/evidence/batch", (await Next(companion)).Topic);
        Assert.True(await Refused(vms, "ea/A1/evidence/receipt"));
        Assert.True(await Refused(vms, "ea/A1/evidence/refused"));
        Assert.False(await Refused(companion, "ea/B2/evidence/receipt"));
        Assert.False(await Refused(companion, "ea/A1/evidence/receipt"));
        // Its own only: the receipt of the other box came first and is not here.
        Assert.Equal("ea/A1/evidence/receipt", (await Next(box)).Topic);
        Assert.True(await Refused(companion, "ea/A1/evidence/batch"));
        Assert.True(await Refused(companion, "ea/A1/cam/gate/alert"));
    }

    [MosquittoFact]
    public async Task HomeAssistant_SeesItsOwnAlertsAndNoneWithNames()
    {
        await using var broker = await SiteBroker.Start(s_certificates);
        using var box = await Connect(broker.As("A1"));
        using var home = await Connect(broker.As("homeassistant"));
        await Subscribe(home, "#");

        Assert.False(await Refused(box, "ea/A1/cam/gate/alert"));
        Assert.False(await Refused(box, "ea/A1/ha/cam/gate/alert"));

        Assert.Equal("ea/A1/ha/cam/gate/alert", (await Next(home)).Topic);
    }

    [MosquittoFact]
    public async Task Connection_WithoutTlsOrCertificateOrOfAnotherAuthority_IsRefused()
    {
        await using var broker = await SiteBroker.Start(s_certificates);
        await using var other = await SiteBroker.Start([["authority", "Other site"], ["server", "localhost"], ["box", "A1"]]);
        var stranger = broker.As("A1") with
        {
            Tls = new(Path.Combine(broker.Folder, "ca.crt"), Path.Combine(other.Folder, "A1.crt"), Path.Combine(other.Folder, "A1.key")),
        };

        foreach (var options in new[] { broker.As(null, tls: false), broker.As(null), stranger })
        {
            using var client = MosquittoClient.Connect(options);
            Assert.NotNull(await client.Ended.WaitAsync(s_patience));
            Assert.False(client.Connected.IsCompletedSuccessfully);
        }

        using var box = await Connect(broker.As("A1"));
    }

    [MosquittoFact]
    public async Task Bridge_AlertOfABox_ReachesTheClusterAndTheAcknowledgementComesBack()
    {
        await using var cluster = await SiteBroker.Start(
            [.. s_certificates, ["consumer", "bridge"]],
            acl: "\nuser bridge\ntopic write ea/#\ntopic write sites/#\n\nuser vms\ntopic read sites/#\n");
        await using var site = await SiteBroker.Start(s_certificates, broker =>
        {
            foreach (var file in new[] { "bridge.crt", "bridge.key" })
                File.Copy(Path.Combine(cluster.Folder, file), Path.Combine(broker.Folder, file));
            File.Copy(Path.Combine(cluster.Folder, "ca.crt"), Path.Combine(broker.Folder, "cluster-ca.crt"));
            return SiteBroker.BridgeFile().Replace(
                "cluster-a.example:8883 cluster-b.example:8883", $"localhost:{cluster.Port}", StringComparison.Ordinal);
        });
        using var far = await Connect(cluster.As("vms"));
        await Subscribe(far, "sites/#");
        await Subscribe(far, "ea/#");
        using var box = await Connect(site.As("A1"));
        await Subscribe(box, "ea/A1/ack");

        box.Publish(new()
        {
            Topic = "ea/A1/cam/gate/alert",
            Payload = "{}"u8.ToArray(),
            Qos = 1,
            ContentType = "application/json",
            UserProperties = [new("id", "01K0V5GZQ1A2B3C4D5E6F7G8H9")],
        });
        MosquittoMessage alert;
        do
            alert = await Next(far);
        while (alert.Topic != "ea/A1/cam/gate/alert");
        far.Publish(new() { Topic = "ea/A1/ack", Payload = "{}"u8.ToArray(), Qos = 1 });

        Assert.Equal("01K0V5GZQ1A2B3C4D5E6F7G8H9", alert.UserProperties.Single(pair => pair.Key == "id").Value);
        Assert.Equal("ea/A1/ack", (await Next(box)).Topic);
    }

    private static async Task<MosquittoClient> Connect(MosquittoOptions options)
    {
        var client = MosquittoClient.Connect(options);
        await client.Connected.WaitAsync(s_patience);
        return client;
    }

    private static async Task Subscribe(MosquittoClient client, string filter)
    {
        client.Subscribe(filter, 1);
        Assert.False((await client.Acks.ReadAsync().AsTask().WaitAsync(s_patience)).IsRefused);
    }

    private static async Task<bool> Refused(MosquittoClient client, string topic)
    {
        client.Publish(new() { Topic = topic, Payload = "{}"u8.ToArray(), Qos = 1 });
        return (await client.Acks.ReadAsync().AsTask().WaitAsync(s_patience)).IsRefused;
    }

    private static async Task<MosquittoMessage> Next(MosquittoClient client) =>
        await client.Messages.ReadAsync().AsTask().WaitAsync(s_patience);
}
