using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Appliance.Core.Alerts;
using Appliance.Core.Evidence;
using Appliance.Core.Outputs;
using Appliance.Delivery;
using Appliance.Delivery.Mqtt;
using Appliance.IntegrationTests.Support;
using Appliance.Native.Mosquitto;
using Appliance.Store;
using Appliance.UnitTests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Watchpost.Verify;

namespace Appliance.IntegrationTests.Delivery.Mqtt;

[Trait("needs", "mosquitto")]
public sealed class MqttDeliveryTests(MqttSchemasFixture schemas) : IClassFixture<MqttSchemasFixture>
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    [MosquittoFact]
    public async Task Run_AlertsInTheOutbox_ArriveInOrderAndFitTheSchema()
    {
        await using var broker = await MosquittoBroker.Start();
        using var probe = await MqttProbe.Subscribe(broker, "ea/7F3A/#");
        await using var box = Box.Start(broker);

        box.Outbox.Add(AlertKinds.All.Select((kind, i) => SampleAlerts.Make(i + 1, "gate", kind)));
        var online = await probe.Next();
        var alerts = new List<MosquittoMessage>();
        while (alerts.Count < AlertKinds.All.Count)
            alerts.Add(await probe.Next("ea/7F3A/cam/gate/alert"));
        await box.Outbox.WhenEmpty();

        Assert.Equal(("ea/7F3A/available", "online"), (online.Topic, MqttProbe.Text(online)));
        Assert.Equal(AlertKinds.All, alerts.Select(alert => (string)MqttProbe.Json(alert)["event_type"]!));
        Assert.Equal(Enumerable.Range(1, alerts.Count), alerts.Select(alert => (int)MqttProbe.Json(alert)["seq"]!));
        Assert.All(alerts, alert => Assert.False(alert.Retain));
        Assert.All(alerts.Append(online), message => Assert.Null(schemas.Value.Check(message, "ea/7F3A")));
        box.Log.NoErrors();
    }

    [MosquittoFact]
    public async Task Run_AlertWithMatch_CarriesCloudEventsAttributesAndNames()
    {
        await using var broker = await MosquittoBroker.Start();
        using var probe = await MqttProbe.Subscribe(broker, "ea/7F3A/cam/#");
        await using var box = Box.Start(broker);
        var alert = SampleAlerts.Make(48211);

        box.Outbox.Add(alert);
        var message = await probe.Next();
        var attributes = message.UserProperties.ToDictionary();
        var body = MqttProbe.Json(message);

        Assert.Equal("application/json", message.ContentType);
        Assert.Equal("1.0", attributes["specversion"]);
        Assert.Equal(alert.Id.Value, attributes["id"]);
        Assert.Equal("urn:watchpost:7F3A:cam:gate", attributes["source"]);
        Assert.Equal("watchpost.alert.watchlist", attributes["type"]);
        Assert.Equal("2025-07-20T21:50:11.000Z", attributes["time"]);
        Assert.Equal("48211", attributes["seq"]);
        Assert.Equal(alert.Id.Value, (string)body["id"]!);
        Assert.Equal(alert.Match!.Name, (string)body["match"]!["name"]!);
        Assert.Equal(0.7421, (double)body["match"]!["similarity"]!);
    }

    [MosquittoFact]
    public async Task Run_WithSigner_AlertOnTheBrokerProvesItself()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var certificate = new CertificateRequest("CN=7F3A", key, HashAlgorithmName.SHA256)
            .CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(200));
        using var signer = new JwsSigner([certificate], "watchpost-alert+jws");
        await using var broker = await MosquittoBroker.Start();
        using var probe = await MqttProbe.Subscribe(broker, "ea/7F3A/cam/#");
        await using var box = Box.Start(broker, signer: signer);

        box.Outbox.Add(SampleAlerts.Make(48211));
        var message = await probe.Next();
        var (serial, alert) = AlertVerifier.Verify(MqttProbe.Text(message), [certificate]);

        Assert.Equal("7F3A", serial);
        Assert.Equal(48211, (int)alert["seq"]!);
        Assert.Null(schemas.Value.Check(message, "ea/7F3A"));
    }

    [MosquittoFact]
    public async Task Run_OnvifDialect_EveryMessageFitsTheSchema()
    {
        await using var broker = await MosquittoBroker.Start();
        using var probe = await MqttProbe.Subscribe(broker, "ea/7F3A/onvif-ej/#");
        await using var box = Box.Start(
            broker, dialects: new() { Native = new() { Enabled = false }, Onvif = new() { Enabled = true, Blacklisted = ["banned"] } });

        box.Outbox.Add(AlertKinds.All.Select((kind, i) => SampleAlerts.Make(i + 1, "gate", kind)));
        box.ReportAll();
        var messages = new List<MosquittoMessage>();
        while (messages.Count < AlertKinds.All.Count + 11)
            messages.Add(await probe.Next());
        var held = await Retained(broker, 12);

        Assert.All(messages, message => Assert.Null(schemas.Value.Check(message, "ea/7F3A")));
        Assert.Equal(
            Enumerable.Range(1, AlertKinds.All.Count),
            messages.Select(message => (int?)MqttProbe.Json(message)["Data"]!["wp:Seq"]).OfType<int>());
        Assert.DoesNotContain(messages, message => MqttProbe.Text(message).Contains("aneta", StringComparison.Ordinal));
        Assert.Equal(
            [
                "ea/7F3A/available",
                "ea/7F3A/onvif-ej/Device/HardwareFailure/StorageFailure/&store",
                "ea/7F3A/onvif-ej/Device/Trigger/DigitalInput/&door",
                "ea/7F3A/onvif-ej/Device/Trigger/Relay/&siren",
                "ea/7F3A/onvif-ej/RuleEngine/CountAggregation/OccupancyCounter/&gate/Occupancy",
                "ea/7F3A/onvif-ej/RuleEngine/CountAggregation/OccupancyCounter/&gate/yard",
                "ea/7F3A/onvif-ej/RuleEngine/FieldDetector/ObjectsInside/&gate/yard",
                "ea/7F3A/onvif-ej/VideoSource/GlobalSceneChange/AnalyticsService/&gate/GlobalSceneChange",
                "ea/7F3A/onvif-ej/VideoSource/ImageTooBlurry/AnalyticsService/&gate/ImageTooBlurry",
                "ea/7F3A/onvif-ej/VideoSource/ImageTooBright/AnalyticsService/&gate/ImageTooBright",
                "ea/7F3A/onvif-ej/VideoSource/ImageTooDark/AnalyticsService/&gate/ImageTooDark",
                "ea/7F3A/onvif-ej/VideoSource/SignalLoss/&gate/SignalLoss",
            ],
            held.Keys.Order(StringComparer.Ordinal));
    }

    [MosquittoFact]
    public async Task Run_NamesNotAllowed_NoNameOnTheWire()
    {
        await using var broker = await MosquittoBroker.Start();
        using var probe = await MqttProbe.Subscribe(broker, "ea/7F3A/cam/#");
        await using var box = Box.Start(broker, dialects: new() { Native = new() { IncludeNames = false } });

        box.Outbox.Add(SampleAlerts.Make(1));
        var message = await probe.Next();

        Assert.Null(MqttProbe.Json(message)["match"]!["name"]);
        Assert.DoesNotContain("Öz", MqttProbe.Text(message), StringComparison.Ordinal);
        Assert.Null(schemas.Value.Check(message, "ea/7F3A"));
    }

    [MosquittoFact]
    public async Task Run_MosquittoSubListens_SeesTheSameMessage()
    {
        // Another implementation's reading of our properties.
        await using var broker = await MosquittoBroker.Start();
        await using var box = Box.Start(broker);
        using var consumer = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo(
            "mosquitto_sub",
            ["-V", "5", "-h", broker.Host, "-p", $"{broker.Port}", "-q", "1", "-t", "ea/7F3A/available", "-t", "ea/7F3A/cam/+/alert", "-C", "2", "-F", "%q %r %C %P %p"])
        {
            RedirectStandardOutput = true,
        })!;
        // The retained word shows that it is subscribed.
        var available = await consumer.StandardOutput.ReadLineAsync().WaitAsync(s_patience);

        box.Outbox.Add(SampleAlerts.Make(7));
        var line = await consumer.StandardOutput.ReadLineAsync().WaitAsync(s_patience);
        await consumer.WaitForExitAsync().WaitAsync(s_patience);

        Assert.EndsWith(" online", available, StringComparison.Ordinal);
        Assert.StartsWith("1 0 application/json ", line, StringComparison.Ordinal);
        Assert.Contains("specversion:1.0", line, StringComparison.Ordinal);
        Assert.Contains("\"seq\":7,", line, StringComparison.Ordinal);
    }

    [MosquittoFact]
    public async Task Run_ThousandsOfAlerts_EachOnceInOrderAndCompletedInBatches()
    {
        // It stays up: nothing is gained by a file that is synchronised after each of them.
        await using var broker = await MosquittoBroker.Start(new() { Extra = "autosave_on_changes false" });
        using var probe = await MqttProbe.Subscribe(broker, "ea/7F3A/cam/#");
        await using var box = Box.Start(broker);

        box.Outbox.Add(SampleAlerts.Range(1, 3000));
        await box.Outbox.WhenEmpty();

        for (var seq = 1; seq <= 3000; seq++)
            Assert.Equal(seq, (int)MqttProbe.Json(await probe.Next())["seq"]!);
        Assert.InRange(box.Outbox.Completions, 1, 2999);
        Assert.Equal(3000, box.Delivery.Delivered);
    }

    [MosquittoFact]
    public async Task Run_BrokerKilledAgainAndAgainUnderAlerts_EverySeqArrives()
    {
        // No limit on what is on its way to the consumer, which takes QoS 0: what the broker acknowledged, it has also written.
        await using var broker = await MosquittoBroker.Start(new() { Extra = "max_inflight_messages 0" });
        var seen = new Dictionary<int, int>();
        var probe = await Listen();
        await using var box = Box.Start(broker);
        await box.Reaches(MqttState.Connected);
        var next = 1;

        for (var kill = 0; kill < 5; kill++)
        {
            box.Outbox.Add(SampleAlerts.Range(next, 400));
            next += 400;
            // In the middle of them: when some have arrived.
            for (var i = 0; i < 50 + 60 * kill; i++)
                Count(await probe.Next());
            await broker.Kill();
            await foreach (var message in probe.Client.Messages.ReadAllAsync())
                Count(message);
            probe.Dispose();
            box.Outbox.Add(SampleAlerts.Range(next, 25));
            next += 25;
            await box.Reaches(MqttState.Unreachable);
            await broker.Start();
            probe = await Listen();
            await box.AdvanceUntil(MqttState.Connected);
        }

        await box.Outbox.WhenEmpty();
        using (var marker = await MqttProbe.Subscribe(broker, "none"))
            marker.Client.Publish(new() { Topic = "ea/7F3A/cam/marker", Payload = default, Qos = 1 });
        while (await probe.Next() is var message && !message.Topic.EndsWith("marker", StringComparison.Ordinal))
            Count(message);
        probe.Dispose();

        Assert.Equal(Enumerable.Range(1, next - 1), seen.Keys.Order());
        // Doubled at most: what was on its way when the broker died.
        Assert.InRange(seen.Values.Sum() - seen.Count, 0, 5 * 100);
        Assert.Equal(0, box.Outbox.Depth);
        box.Log.NoErrors();

        Task<MqttProbe> Listen() => MqttProbe.Subscribe(broker, "ea/7F3A/cam/#", qos: 0);

        void Count(MosquittoMessage message)
        {
            var seq = (int)MqttProbe.Json(message)["seq"]!;
            seen[seq] = seen.GetValueOrDefault(seq) + 1;
        }
    }

    [MosquittoFact]
    public async Task Run_BrokerRestartsWithConsumerAway_ConsumerGetsAllAfterwards()
    {
        await using var broker = await MosquittoBroker.Start();
        var session = new MosquittoOptions
        {
            Host = broker.Host,
            Port = broker.Port,
            ClientId = "vms",
            SessionExpiry = TimeSpan.FromHours(1),
        };
        using (var vms = await MqttProbe.Subscribe(broker, "ea/7F3A/cam/#", options => options with { ClientId = "vms" }))
        {
        }

        await using var box = Box.Start(broker);
        box.Outbox.Add(SampleAlerts.Range(1, 10));
        await box.Outbox.WhenEmpty();
        await broker.Stop();
        box.Outbox.Add(SampleAlerts.Range(11, 10));
        await box.Reaches(MqttState.Unreachable);
        await broker.Start();
        await box.AdvanceUntil(MqttState.Connected);
        await box.Outbox.WhenEmpty();

        using var back = MosquittoClient.Connect(session);
        for (var seq = 1; seq <= 20; seq++)
            Assert.Equal(seq, (int)JsonNode.Parse((await back.Messages.ReadAsync().AsTask().WaitAsync(s_patience)).Payload)!["seq"]!);
        back.Disconnect();
        await back.Ended;
    }

    [MosquittoFact]
    public async Task Run_BrokerFreezes_KeepAliveNoticesAndNothingIsLost()
    {
        await using var broker = await MosquittoBroker.Start();
        using var probe = await MqttProbe.Subscribe(
            broker, "ea/7F3A/cam/#", options => options with { KeepAlive = TimeSpan.FromMinutes(10) });
        await using var box = Box.Start(broker, options: new()
        {
            Host = broker.Host,
            Port = broker.Port,
            ConnectTimeout = Box.Patient,
            ReconnectLongest = Box.Brisk,
            KeepAlive = TimeSpan.FromSeconds(5),
        });
        await box.Reaches(MqttState.Connected);

        broker.Freeze();
        box.Outbox.Add(SampleAlerts.Range(1, 5));
        await box.Reaches(MqttState.Unreachable);
        broker.Thaw();
        await box.AdvanceUntil(MqttState.Connected);
        // With so short a keep-alive, a machine that stops for a moment costs another connection.
        await box.AdvanceUntilEmpty();

        var seen = new SortedSet<int>();
        while (seen.Count < 5)
            seen.Add((int)MqttProbe.Json(await probe.Next())["seq"]!);
        Assert.Equal([1, 2, 3, 4, 5], seen);
    }

    [MosquittoFact]
    public async Task Report_BrokerLosesItsMemory_RetainedStateIsRightAgain()
    {
        await using var broker = await MosquittoBroker.Start();
        await using var box = Box.Start(broker);
        box.ReportAll();
        await box.Reaches(MqttState.Connected);
        Assert.Equal(10, (await Retained(broker, 10)).Count);

        await broker.Wipe();
        await box.Reaches(MqttState.Unreachable);
        box.Delivery.Report(new CameraReport(new("gate"), CameraReportState.Offline, "no frame for 5 s", Box.Epoch, 0, 3));
        await box.AdvanceUntil(MqttState.Connected);
        var retained = await Retained(broker, 10);

        Assert.Equal(
            [
                "ea/7F3A/available", "ea/7F3A/cam/gate/occupancy", "ea/7F3A/cam/gate/state", "ea/7F3A/cam/gate/status",
                "ea/7F3A/cam/gate/tamper", "ea/7F3A/cam/gate/zone/yard/occupancy", "ea/7F3A/health", "ea/7F3A/input/door/state",
                "ea/7F3A/output/siren/state", "ea/7F3A/update",
            ],
            retained.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("online", MqttProbe.Text(retained["ea/7F3A/available"]));
        Assert.Equal("offline", MqttProbe.Text(retained["ea/7F3A/cam/gate/status"]));
        Assert.Equal("ON", (string)MqttProbe.Json(retained["ea/7F3A/output/siren/state"])["state"]!);
        Assert.All(retained.Values, message => Assert.Null(schemas.Value.Check(message, "ea/7F3A")));
    }

    [MosquittoFact]
    public async Task Report_InventoryWithoutWhatWasThere_ClearsItsRetainedTopics()
    {
        await using var broker = await MosquittoBroker.Start();
        await using var box = Box.Start(broker);
        box.ReportAll();
        await Retained(broker, 10);

        using var probe = await MqttProbe.Subscribe(broker, "ea/7F3A/+/#");
        var before = new HashSet<string>();
        while (before.Count < 10)
            before.Add((await probe.Next()).Topic);
        box.Delivery.Report(new InventoryReport([new(new("barn"), "", [])], [], []));
        var cleared = new HashSet<string>();
        while (cleared.Count < 7)
        {
            var message = await probe.Next();
            Assert.Empty(message.Payload);
            cleared.Add(message.Topic);
        }

        Assert.Equal(["ea/7F3A/available", "ea/7F3A/health", "ea/7F3A/update"], before.Except(cleared).Order(StringComparer.Ordinal));
    }

    [MosquittoFact]
    public async Task Run_Stopped_SaysOfflineAndLeavesTheRestInTheOutbox()
    {
        await using var broker = await MosquittoBroker.Start();
        using var probe = await MqttProbe.Subscribe(broker, "ea/7F3A/available");
        var box = Box.Start(broker);
        Assert.Equal("online", MqttProbe.Text(await probe.Next()));

        await box.DisposeAsync();
        box.Outbox.Add(SampleAlerts.Make(1));

        Assert.Equal("offline", MqttProbe.Text(await probe.Next()));
        Assert.Equal(1, box.Outbox.Depth);
        Assert.Equal(MqttState.Stopped, box.Delivery.Health.State);
        box.Log.NoErrors();
    }

    [MosquittoFact]
    public async Task Run_AclForbidsAlerts_HealthSaysSoAndNothingIsLost()
    {
        const string Forbidden = "topic write ea/7F3A/available\ntopic read #\n";
        await using var broker = await MosquittoBroker.Start(new() { Acl = Forbidden });
        using var probe = await MqttProbe.Subscribe(broker, "ea/7F3A/cam/#");
        await using var box = Box.Start(broker);

        box.Outbox.Add(SampleAlerts.Range(1, 3));
        var refused = await box.Reaches(MqttState.PublishRefused);
        var waiting = box.Outbox.Depth;
        await broker.Allow("topic readwrite #\n");
        await box.AdvanceUntil(MqttState.Connected);
        await box.Outbox.WhenEmpty();

        Assert.Contains("ea/7F3A/cam/gate/alert", refused.Reason, StringComparison.Ordinal);
        Assert.Contains("authorized", refused.Reason, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(3, waiting);
        for (var seq = 1; seq <= 3; seq++)
            Assert.Equal(seq, (int)MqttProbe.Json(await probe.Next())["seq"]!);
        Assert.True(box.Log.Contains(1503));
        box.Log.NoErrors(expected: 1503);
    }

    [MosquittoFact]
    public async Task Run_OneCameraForbidden_TheOtherIsDeliveredOnce()
    {
        const string Half = "topic write ea/7F3A/available\ntopic write ea/7F3A/cam/yard/alert\ntopic read #\n";
        await using var broker = await MosquittoBroker.Start(new() { Acl = Half });
        using var probe = await MqttProbe.Subscribe(broker, "ea/7F3A/cam/#");
        await using var box = Box.Start(broker);

        box.Outbox.Add(SampleAlerts.Make(1), SampleAlerts.Make(2, "yard"), SampleAlerts.Make(3), SampleAlerts.Make(4, "yard"));
        await box.Reaches(MqttState.PublishRefused);
        var first = await probe.Next();
        var second = await probe.Next();
        await broker.Allow("topic readwrite #\n");
        await box.AdvanceUntil(MqttState.Connected);
        var third = await probe.Next();
        var fourth = await probe.Next();
        await box.Outbox.WhenEmpty();

        Assert.Equal([2, 4, 1, 3], new[] { first, second, third, fourth }.Select(message => (int)MqttProbe.Json(message)["seq"]!));
    }

    [MosquittoFact]
    public async Task Run_WrongPassword_HealthNamesTheCause()
    {
        await using var broker = await MosquittoBroker.Start(new() { Users = new Dictionary<string, string> { ["box"] = "right" } });
        await using var box = Box.Start(broker, options: new()
        {
            Host = broker.Host,
            Port = broker.Port,
            ConnectTimeout = Box.Patient,
            ReconnectLongest = Box.Brisk,
            Username = "box",
            Password = "s3cret-wrong",
        });

        var health = await box.Reaches(MqttState.BadCredentials);

        Assert.NotEmpty(health.Reason);
        Assert.Equal($"127.0.0.1:{broker.Port}", health.Broker);
        Assert.DoesNotContain(box.Log.Texts, text => text.Contains("s3cret", StringComparison.Ordinal));
    }

    [MosquittoFact]
    public async Task Run_PasswordFileCorrected_ConnectsAtTheNextAttempt()
    {
        await using var broker = await MosquittoBroker.Start(new() { Users = new Dictionary<string, string> { ["box"] = "right" } });
        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "password");
        await File.WriteAllTextAsync(file, "wrong\n");
        await using var box = Box.Start(broker, options: new()
        {
            Host = broker.Host,
            Port = broker.Port,
            ConnectTimeout = Box.Patient,
            ReconnectLongest = Box.Brisk,
            Username = "box",
            PasswordFile = file,
        });
        await box.Reaches(MqttState.BadCredentials);

        await File.WriteAllTextAsync(file, "right\n");
        await box.AdvanceUntil(MqttState.Connected);

        Assert.True(box.Delivery.Health.IsHealthy);
    }

    [MosquittoFact]
    public async Task Run_TlsWithClientCertificate_AlertsArrive()
    {
        using var authority = new TestAuthority();
        await using var broker = await MosquittoBroker.Start(new()
        {
            Tls = authority,
            RequireClientCertificate = true,
            // A box may write its own topics only: its certificate names it.
            Acl = "pattern write ea/%u/#\npattern read #\n",
        });
        var (cert, key) = authority.IssueClient("7F3A");
        var (vmsCert, vmsKey) = authority.IssueClient("vms");
        using var probe = await MqttProbe.Subscribe(
            broker, "ea/#", options => options with { Tls = new(authority.CaFile, vmsCert, vmsKey) });
        await using var box = Box.Start(broker, options: new()
        {
            Host = broker.Host,
            Port = broker.Port,
            ConnectTimeout = Box.Patient,
            ReconnectLongest = Box.Brisk,
            Tls = true,
            CaFile = authority.CaFile,
            CertFile = cert,
            KeyFile = key,
        });

        box.Outbox.Add(SampleAlerts.Make(1));
        var message = await probe.Next("ea/7F3A/cam/gate/alert");

        Assert.Null(schemas.Value.Check(message, "ea/7F3A"));
    }

    [MosquittoFact]
    public async Task Run_BrokerOfAnotherAuthority_HealthSaysTls()
    {
        using var authority = new TestAuthority();
        using var other = new TestAuthority("another authority");
        await using var broker = await MosquittoBroker.Start(new() { Tls = authority });
        await using var box = Box.Start(broker, options: new()
        {
            Host = broker.Host,
            Port = broker.Port,
            ConnectTimeout = Box.Patient,
            ReconnectLongest = Box.Brisk,
            Tls = true,
            CaFile = other.CaFile,
        });

        var health = await box.Reaches(MqttState.TlsFailed);

        Assert.Contains("certificate", health.Reason, StringComparison.OrdinalIgnoreCase);
    }

    [MosquittoFact]
    public async Task Run_CaFileIsMissing_HealthNamesTheFile()
    {
        await using var broker = await MosquittoBroker.Start();
        await using var box = Box.Start(broker, options: new()
        {
            Host = broker.Host,
            Port = broker.Port,
            ConnectTimeout = Box.Patient,
            ReconnectLongest = Box.Brisk,
            Tls = true,
            CaFile = "/no/such/ca.pem",
        });

        var health = await box.Reaches(MqttState.Broken);

        Assert.Contains("/no/such/ca.pem", health.Reason, StringComparison.Ordinal);
    }

    [MosquittoFact]
    public async Task Run_RealStoreFromAnEarlierRun_EveryAlertIsDeliveredAndMarked()
    {
        using var folder = new TemporaryFolder();
        await using var broker = await MosquittoBroker.Start();
        using var probe = await MqttProbe.Subscribe(broker, "ea/7F3A/cam/#");
        var options = new MqttOptions { Host = broker.Host, Port = broker.Port };
        await using (var store = await Open(folder.Path))
        {
            foreach (var alert in SampleAlerts.Range(1, 50))
                await store.Alerts.Append(alert with { Seq = 0 }, default);
        }

        // Another run of the daemon finds them.
        await using var again = await Open(folder.Path);
        using var stop = new CancellationTokenSource();
        using var log = new ErrorTrap();
        // Its time stands still: at the stop, the last answers are awaited however slow the machine is.
        var delivery = new MqttDelivery(
            options, new("7F3A", "Pole 07", "0.1.0", SampleAlerts.BootId), again.Outbox, new ManualClock(), log);
        var running = delivery.Run(stop.Token);
        await again.Alerts.Append(SampleAlerts.Make(51) with { Seq = 0 }, default);
        for (var seq = 1; seq <= 51; seq++)
            Assert.Equal(seq, (int)MqttProbe.Json(await probe.Next())["seq"]!);
        await stop.CancelAsync();
        await running.WaitAsync(s_patience);

        Assert.Equal(0, again.Outbox("mqtt.native").Depth);
        log.NoErrors();

        Task<ApplianceStore> Open(string path) => ApplianceStore.Open(
            new() { DataDirectory = path, Destinations = MqttDelivery.Destinations(options) },
            TimeProvider.System,
            NullLoggerFactory.Instance);
    }

    [MosquittoFact]
    public async Task Run_OutboxCannotBeMarked_WaitsAndSendsNothingTwice()
    {
        await using var broker = await MosquittoBroker.Start();
        using var probe = await MqttProbe.Subscribe(broker, "ea/7F3A/cam/#");
        await using var box = Box.Start(broker);
        box.Outbox.CompletionFaults.Enqueue(new IOException("disk full"));
        box.Outbox.CompletionFaults.Enqueue(new IOException("disk full"));

        box.Outbox.Add(SampleAlerts.Range(1, 20));
        await box.AdvanceUntilEmpty();
        box.Outbox.Add(SampleAlerts.Make(21));

        for (var seq = 1; seq <= 21; seq++)
            Assert.Equal(seq, (int)MqttProbe.Json(await probe.Next())["seq"]!);
        Assert.True(box.Log.Contains(1511));
    }

    private static async Task<Dictionary<string, MosquittoMessage>> Retained(MosquittoBroker broker, int count)
    {
        // Messages flagged as retained are those the broker held; later ones come without the flag but are held from then on.
        using var probe = await MqttProbe.Subscribe(broker, "ea/7F3A/#");
        var messages = new Dictionary<string, MosquittoMessage>();
        while (messages.Count < count)
        {
            var message = await probe.Next();
            messages[message.Topic] = message;
        }

        using var again = await MqttProbe.Subscribe(broker, "ea/7F3A/#");
        var held = new Dictionary<string, MosquittoMessage>();
        while (held.Count < count)
        {
            var message = await again.Next();
            Assert.True(message.Retain, message.Topic);
            held[message.Topic] = message;
        }

        return held;
    }

    /// <summary>A box's delivery on a clock that the test moves.</summary>
    private sealed class Box : IAsyncDisposable
    {
        public static readonly DateTimeOffset Epoch = new(2026, 7, 23, 10, 0, 0, TimeSpan.Zero);

        // Far apart, so that the test's clock can pass the pauses without ending attempts that are under way.
        public static readonly TimeSpan Patient = TimeSpan.FromMinutes(2);
        public static readonly TimeSpan Brisk = TimeSpan.FromSeconds(2);

        private readonly ManualClock _clock = new();
        private readonly CancellationTokenSource _stop = new();
        private readonly Task _run;

        private Box(MqttOptions options, JwsSigner? signer)
        {
            Delivery = new(options, new("7F3A", "Pole 07", "0.1.0", SampleAlerts.BootId), _ => Outbox, _clock, Log, signer);
            _run = Delivery.Run(_stop.Token);
        }

        public MemoryOutbox Outbox { get; } = new();

        public ErrorTrap Log { get; } = new();

        public MqttDelivery Delivery { get; }

        public static Box Start(
            MosquittoBroker broker,
            MqttOptions? options = null,
            MqttDialectsOptions? dialects = null,
            JwsSigner? signer = null) => new(
            options ?? new()
            {
                Host = broker.Host,
                Port = broker.Port,
                ConnectTimeout = Patient,
                ReconnectLongest = Brisk,
                Dialects = dialects ?? new(),
            },
            signer);

        public void ReportAll()
        {
            Delivery.Report(new HealthReport(HealthStatus.Degraded, [new("camera yard", "connection refused")], 0, null, Epoch));
            Delivery.Report(new CameraReport(new("gate"), CameraReportState.Online, "", Epoch, 9.987, 3));
            Delivery.Report(new OutputState(new("siren"), true, Epoch, Epoch.AddSeconds(5), "alert"));
            Delivery.Report(new OccupancyReport(new("gate"), null, 3, Epoch));
            Delivery.Report(new OccupancyReport(new("gate"), "yard", 0, Epoch));
            Delivery.Report(new TamperReport(new("gate"), SceneFaults.SceneChange | SceneFaults.TooDark, Epoch));
            Delivery.Report(new InputReport("door", "door", true, Epoch));
            Delivery.Report(new InventoryReport(
                [new(new("gate"), "Main gate", ["yard"], ReportsOccupancy: true, ReportsTamper: true)],
                [new(new("siren"), "siren", TimeSpan.FromMinutes(3))],
                [new("door", "door")]));
        }

        /// <summary>Waits for a state of the session.</summary>
        public async Task<MqttHealth> Reaches(MqttState state)
        {
            var reached = new TaskCompletionSource<MqttHealth>(TaskCreationOptions.RunContinuationsAsynchronously);
            Delivery.HealthChanged += Look;
            Look(Delivery.Health);
            try
            {
                return await reached.Task.WaitAsync(s_patience);
            }
            catch (TimeoutException)
            {
                throw new TimeoutException($"never {state}; {Delivery.Health}; {string.Join('\n', Log.Texts)}");
            }
            finally
            {
                Delivery.HealthChanged -= Look;
            }

            void Look(MqttHealth health)
            {
                if (health.State == state)
                    reached.TrySetResult(health);
            }
        }

        /// <summary>Lets pauses pass until a state of the session is reached.</summary>
        public Task AdvanceUntil(MqttState state) => AdvanceUntil(Reaches(state));

        /// <summary>Lets pauses pass until the outbox is empty.</summary>
        public Task AdvanceUntilEmpty() => AdvanceUntil(Outbox.WhenEmpty());

        public async ValueTask DisposeAsync()
        {
            await _stop.CancelAsync();
            await _run.WaitAsync(s_patience);
            _stop.Dispose();
        }

        private Task AdvanceUntil(Task reached) => _clock.AdvanceUntil(reached, TimeSpan.FromSeconds(90));
    }
}
