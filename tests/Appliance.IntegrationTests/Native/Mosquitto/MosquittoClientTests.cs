using System.Net;
using System.Net.Sockets;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Support;
using Appliance.Native.Mosquitto;

namespace Appliance.IntegrationTests.Native.Mosquitto;

[Trait("needs", "mosquitto")]
public sealed class MosquittoClientTests
{
    private static readonly TimeSpan s_patience = Patience.Long;

    [MosquittoFact]
    public async Task Publish_WithProperties_ArrivesUnchanged()
    {
        await using var broker = await MosquittoBroker.Start();
        using var probe = await MqttProbe.Subscribe(broker, "a/#");
        using var client = await Connect(broker);

        var id = client.Publish(new()
        {
            Topic = "a/b",
            Payload = "žluť"u8.ToArray(),
            Qos = 1,
            ContentType = "text/plain",
            UserProperties = [new("first", "1"), new("second", "ü"), new("first", "again")],
        });
        var ack = await client.Acks.ReadAsync().AsTask().WaitAsync(s_patience);
        var message = await probe.Next();

        Assert.Equal(new(id, 0), ack);
        Assert.Equal("a/b", message.Topic);
        Assert.Equal("žluť", MqttProbe.Text(message));
        Assert.Equal("text/plain", message.ContentType);
        Assert.Equal([new("first", "1"), new("second", "ü"), new("first", "again")], message.UserProperties);
        Assert.False(message.Retain);
    }

    [MosquittoFact]
    public async Task Publish_AclForbidsTopic_IsAcknowledgedAsNotAuthorised()
    {
        await using var broker = await MosquittoBroker.Start(new() { Acl = "topic write allowed/#\n" });
        using var client = await Connect(broker);

        client.Publish(new() { Topic = "allowed/x", Payload = default, Qos = 1 });
        client.Publish(new() { Topic = "forbidden", Payload = default, Qos = 1 });
        var allowed = await client.Acks.ReadAsync().AsTask().WaitAsync(s_patience);
        var forbidden = await client.Acks.ReadAsync().AsTask().WaitAsync(s_patience);

        Assert.False(allowed.IsRefused);
        Assert.Equal(0x87, forbidden.ReasonCode);
        Assert.True(forbidden.IsRefused);
    }

    [MosquittoFact]
    public async Task Publish_TopicWithWildcard_Throws()
    {
        await using var broker = await MosquittoBroker.Start();
        using var client = await Connect(broker);

        var error = Assert.Throws<MosquittoException>(() => client.Publish(new() { Topic = "a/#", Payload = default, Qos = 1 }));

        Assert.Equal(MosquittoFault.Setup, error.Fault);
    }

    [MosquittoFact]
    public async Task Publish_ConnectionIsOver_ThrowsNetworkFault()
    {
        await using var broker = await MosquittoBroker.Start();
        using var client = await Connect(broker);
        client.Disconnect();
        Assert.Null(await client.Ended.WaitAsync(s_patience));

        var error = Assert.Throws<MosquittoException>(() => client.Publish(new() { Topic = "a", Payload = default, Qos = 1 }));

        Assert.Equal(MosquittoFault.Network, error.Fault);
    }

    [MosquittoFact]
    public async Task Connect_SecondTimeWithSessionExpiry_FindsItsSession()
    {
        await using var broker = await MosquittoBroker.Start();
        var options = Options(broker) with { ClientId = "keeper", SessionExpiry = TimeSpan.FromMinutes(5) };

        using var first = MosquittoClient.Connect(options);
        var present = await first.Connected.WaitAsync(s_patience);
        first.Disconnect();
        await first.Ended.WaitAsync(s_patience);
        using var second = MosquittoClient.Connect(options);
        var presentAgain = await second.Connected.WaitAsync(s_patience);

        Assert.False(present);
        Assert.True(presentAgain);
    }

    [MosquittoFact]
    public async Task Connect_NobodyListens_SaysSo()
    {
        await using var broker = await MosquittoBroker.Start();
        await broker.Stop();

        using var client = MosquittoClient.Connect(Options(broker));
        var error = await Assert.ThrowsAsync<MosquittoException>(() => client.Connected.WaitAsync(s_patience));

        Assert.Equal(MosquittoFault.Network, error.Fault);
        Assert.Contains("refused", error.Message, StringComparison.OrdinalIgnoreCase);
        Assert.Same(error, await client.Ended.WaitAsync(s_patience));
    }

    [MosquittoFact]
    public async Task Connect_UnknownHost_SaysSo()
    {
        using var client = MosquittoClient.Connect(new() { Host = "no-such-host.invalid", Port = 1883, ClientId = "x" });

        var error = await Assert.ThrowsAsync<MosquittoException>(() => client.Connected.WaitAsync(s_patience));

        Assert.Equal(MosquittoFault.Network, error.Fault);
        Assert.Contains("Lookup", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [MosquittoFact]
    public async Task Connect_WrongPassword_IsACredentialsFault()
    {
        await using var broker = await MosquittoBroker.Start(new() { Users = new Dictionary<string, string> { ["box"] = "right" } });

        using var wrong = MosquittoClient.Connect(Options(broker) with { Username = "box", Password = "wrong" });
        var error = await Assert.ThrowsAsync<MosquittoException>(() => wrong.Connected.WaitAsync(s_patience));
        using var right = MosquittoClient.Connect(Options(broker) with { Username = "box", Password = "right" });
        await right.Connected.WaitAsync(s_patience);

        Assert.Equal(MosquittoFault.Credentials, error.Fault);
        Assert.DoesNotContain("wrong", error.Message, StringComparison.Ordinal);
    }

    [MosquittoFact]
    public async Task Connect_TlsWithClientCertificate_Works()
    {
        using var authority = new TestAuthority();
        await using var broker = await MosquittoBroker.Start(new() { Tls = authority, RequireClientCertificate = true });
        var (cert, key) = authority.IssueClient("7F3A");

        using var client = await Connect(broker, options => options with { Tls = new(authority.CaFile, cert, key) });
        client.Publish(new() { Topic = "a", Payload = default, Qos = 1 });
        var ack = await client.Acks.ReadAsync().AsTask().WaitAsync(s_patience);

        Assert.False(ack.IsRefused);
    }

    [MosquittoFact]
    public async Task Connect_TlsWithoutTheRequiredCertificate_IsATlsFault()
    {
        using var authority = new TestAuthority();
        await using var broker = await MosquittoBroker.Start(new() { Tls = authority, RequireClientCertificate = true });

        using var client = MosquittoClient.Connect(Options(broker) with { Tls = new(authority.CaFile, null, null) });
        var error = await Assert.ThrowsAsync<MosquittoException>(() => client.Connected.WaitAsync(s_patience));

        Assert.Equal(MosquittoFault.Tls, error.Fault);
    }

    [MosquittoFact]
    public async Task Connect_BrokerOfAnotherAuthority_IsATlsFault()
    {
        using var authority = new TestAuthority();
        using var other = new TestAuthority("another authority");
        await using var broker = await MosquittoBroker.Start(new() { Tls = authority });

        using var client = MosquittoClient.Connect(Options(broker) with { Tls = new(other.CaFile, null, null) });
        var error = await Assert.ThrowsAsync<MosquittoException>(() => client.Connected.WaitAsync(s_patience));

        Assert.Equal(MosquittoFault.Tls, error.Fault);
        Assert.Contains("certificate", error.Message, StringComparison.OrdinalIgnoreCase);
    }

    [MosquittoFact]
    public async Task Connect_CertificateForAnotherName_IsATlsFault()
    {
        using var authority = new TestAuthority();
        await using var broker = await MosquittoBroker.Start(new() { Tls = authority });
        // 127.0.0.2 is not in the certificate.
        using var relay = new Relay(broker.Port);
        using var client = MosquittoClient.Connect(
            Options(broker) with { Host = "127.0.0.2", Port = relay.Port, Tls = new(authority.CaFile, null, null) });
        var error = await Assert.ThrowsAsync<MosquittoException>(() => client.Connected.WaitAsync(s_patience));

        Assert.Equal(MosquittoFault.Tls, error.Fault);
    }

    [MosquittoFact]
    public void Connect_CaFileIsMissing_NamesTheFile()
    {
        var error = Assert.Throws<MosquittoException>(() => MosquittoClient.Connect(
            new() { Host = "127.0.0.1", Port = 1, ClientId = "x", Tls = new("/no/such/ca.pem", null, null) }));

        Assert.Equal(MosquittoFault.Setup, error.Fault);
        Assert.Contains("/no/such/ca.pem", error.Message, StringComparison.Ordinal);
    }

    [MosquittoFact]
    public async Task Dispose_WhileTheServerIsSilent_EndsAtOnce()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        var client = MosquittoClient.Connect(
            new() { Host = "127.0.0.1", Port = ((IPEndPoint)silent.LocalEndpoint).Port, ClientId = "x" });
        using var accepted = await silent.AcceptTcpClientAsync();

        client.Dispose();

        Assert.Null(await client.Ended.WaitAsync(s_patience));
        await Assert.ThrowsAsync<MosquittoException>(() => client.Connected);
    }

    [MosquittoFact]
    public async Task Dispose_WithoutFarewell_TheWillIsPublished()
    {
        await using var broker = await MosquittoBroker.Start();
        using var probe = await MqttProbe.Subscribe(broker, "will/#");
        var options = Options(broker) with { Will = new() { Topic = "will/x", Payload = "offline"u8.ToArray(), Qos = 1, Retain = true } };
        using var client = MosquittoClient.Connect(options);
        await client.Connected.WaitAsync(s_patience);

        client.Dispose();
        var will = await probe.Next();

        Assert.Equal("offline", MqttProbe.Text(will));
    }

    [MosquittoFact]
    public async Task Disconnect_WithAWill_TheWillIsNotPublished()
    {
        await using var broker = await MosquittoBroker.Start();
        using var probe = await MqttProbe.Subscribe(broker, "will/#");
        using var client = MosquittoClient.Connect(
            Options(broker) with { Will = new() { Topic = "will/x", Payload = "offline"u8.ToArray(), Qos = 1 } });
        await client.Connected.WaitAsync(s_patience);

        client.Disconnect();
        await client.Ended.WaitAsync(s_patience);
        using var marker = await Connect(broker);
        marker.Publish(new() { Topic = "will/marker", Payload = default, Qos = 1 });

        Assert.Equal("will/marker", (await probe.Next()).Topic);
    }

    [MosquittoFact]
    public async Task Ended_ServerSaysWhy_TheReasonIsKept()
    {
        // Mosquitto 2.0.11 closes a session taken over without a word; other brokers say so.
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var client = MosquittoClient.Connect(
            new() { Host = "127.0.0.1", Port = ((IPEndPoint)listener.LocalEndpoint).Port, ClientId = "twin" });
        using var server = await listener.AcceptTcpClientAsync();
        await server.GetStream().ReadAtLeastAsync(new byte[10], 10);
        byte[] accepted = [0x20, 3, 0, 0, 0];
        byte[] takenOver = [0xE0, 2, 0x8E, 0];

        await server.GetStream().WriteAsync(accepted);
        await client.Connected.WaitAsync(s_patience);
        await server.GetStream().WriteAsync(takenOver);
        var reason = await client.Ended.WaitAsync(s_patience);

        Assert.Equal(MosquittoFault.Refused, reason?.Fault);
        Assert.Contains("taken over", reason?.Message, StringComparison.OrdinalIgnoreCase);
    }

    [MosquittoFact]
    public async Task Connect_ManyTimes_LeavesNoDescriptorAndNoThreadBehind()
    {
        await using var broker = await MosquittoBroker.Start();

        await Cycle(broker, 200);

        // A thread tells of its end and then ends.
        await Patience.Until("no connection left", () => Task.FromResult(OwnSockets(broker.Port) == 0 ? "" : null));
        await Patience.Until("no thread left", () => Task.FromResult(MqttThreads() == 0 ? "" : null));
    }

    private static async Task Cycle(MosquittoBroker broker, int times)
    {
        for (var i = 0; i < times; i++)
        {
            using var client = await Connect(broker, options => options with { ClientId = "cycle" });
            for (var j = 0; j < 5; j++)
                client.Publish(new() { Topic = "cycle", Payload = new byte[100], Qos = 1 });
            // Half of them go without a farewell and with publishes on their way.
            if (i % 2 == 0)
                client.Disconnect();
            else
                client.Dispose();
            await client.Ended.WaitAsync(s_patience);
        }
    }

    private static int OwnSockets(int port)
    {
        // Connections of this process to the broker: "0100007F:PORT" as remote end, state established (01).
        var remote = $"0100007F:{port:X4}";
        return File.ReadLines("/proc/self/net/tcp").Count(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is var parts
            && parts.Length > 3 && parts[2] == remote && parts[3] == "01");
    }

    private static int MqttThreads() =>
        Directory.GetDirectories("/proc/self/task").Count(task => NameOf(task).StartsWith("mqtt cycle", StringComparison.Ordinal));

    private static string NameOf(string task)
    {
        try
        {
            return File.ReadAllText(task + "/comm");
        }
        catch (IOException)
        {
            // Any thread of this process may end now.
            return "";
        }
    }

    private static MosquittoOptions Options(MosquittoBroker broker) =>
        new() { Host = broker.Host, Port = broker.Port, ClientId = "test-" + Guid.NewGuid().ToString("N")[..8] };

    private static async Task<MosquittoClient> Connect(
        MosquittoBroker broker, Func<MosquittoOptions, MosquittoOptions>? change = null)
    {
        var options = Options(broker);
        var client = MosquittoClient.Connect(change is null ? options : change(options));
        await client.Connected.WaitAsync(s_patience);
        return client;
    }

    /// <summary>Forwards 127.0.0.2 to a port of 127.0.0.1.</summary>
    private sealed class Relay : IDisposable
    {
        private readonly TcpListener _listener = new(IPAddress.Parse("127.0.0.2"), 0);

        public Relay(int target)
        {
            _listener.Start();
            _ = Forward(target);
        }

        public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

        public void Dispose() => _listener.Dispose();

        private async Task Forward(int target)
        {
            using var near = await _listener.AcceptTcpClientAsync();
            using var far = new TcpClient();
            await far.ConnectAsync(IPAddress.Loopback, target);
            await Task.WhenAny(near.GetStream().CopyToAsync(far.GetStream()), far.GetStream().CopyToAsync(near.GetStream()));
        }
    }
}
