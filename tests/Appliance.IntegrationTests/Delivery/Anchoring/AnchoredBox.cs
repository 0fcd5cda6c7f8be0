using System.Security.Cryptography.X509Certificates;
using Appliance.Core.Alerts;
using Appliance.Daemon.Host;
using Appliance.Delivery;
using Appliance.Delivery.Anchoring;
using Appliance.Delivery.Mqtt;
using Appliance.IntegrationTests.EndToEnd.Support;
using Appliance.IntegrationTests.Store;
using Appliance.IntegrationTests.Store.Evidence;
using Appliance.IntegrationTests.Support;
using Appliance.Store;

namespace Appliance.IntegrationTests.Delivery.Anchoring;

/// <summary>Store, evidence key and the ways to the companion, as the daemon joins them; pauses are short.</summary>
internal sealed class AnchoredBox : IAsyncDisposable
{
    public const string Serial = "7F3A";

    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    private AnchoredBox(ApplianceStore store, AnchorDelivery anchors, MqttDelivery mqtt)
    {
        (Store, Anchors) = (store, anchors);
        _running = Task.WhenAll(Task.Run(() => anchors.Run(_stop.Token)), Task.Run(() => mqtt.Run(_stop.Token)));
    }

    public ApplianceStore Store { get; }

    public AnchorDelivery Anchors { get; }

    public AnchorStatus Way => Anchors.Status[0];

    public string Address => Store.Evidence.Signer!.Address.Value;

    public static async Task<AnchoredBox> Start(
        StoreFolder folder, AnchoringHttpsOptions? https = null, MosquittoBroker? broker = null, ErrorTrap? log = null)
    {
        var store = await EvidenceFixture.Open(folder);
        var loggers = log ?? new ErrorTrap();
        var identity = new ApplianceIdentity(Serial, "Pole 07", "1.0", Guid.NewGuid());
        var mqtt = new MqttDelivery(
            broker is null
                ? new() { Enabled = false }
                : new()
                {
                    Host = broker.Host,
                    Port = broker.Port,
                    ReconnectFirst = TimeSpan.FromMilliseconds(100),
                    ReconnectLongest = TimeSpan.FromMilliseconds(500),
                },
            identity, destination => new MemoryOutbox(destination), TimeProvider.System, loggers);
        var anchors = new AnchorDelivery(
            new() { Https = https ?? new(), Mqtt = new() { Enabled = broker is not null } },
            store.Anchors,
            () => [DeviceCertificate.LoadOrMake(folder.Path, Serial, DateTimeOffset.UtcNow), .. DeviceCertificate.Issuers(folder.Path)],
            mqtt, new HurriedClock(), loggers);
        return new(store, anchors, mqtt);
    }

    /// <summary>HTTPS with a certificate of that authority for a serial number.</summary>
    public static AnchoringHttpsOptions Https(TestAuthority authority, string url, string serial = Serial)
    {
        var (certificate, key) = authority.IssueClient(serial);
        return new()
        {
            Enabled = true,
            Address = url,
            Authority = authority.CaFile,
            Certificate = certificate,
            Key = key,
            Timeout = TimeSpan.FromMinutes(2),
        };
    }

    /// <summary>An alert whose evidence closes its batch.</summary>
    public async Task<Alert> CloseBatch(Severity severity = Severity.Warning)
    {
        var alert = await Store.Alerts.Append(StoreFolder.Alert(name: "Jane", severity: severity), default);
        await EvidenceFixture.Record(Store, alert, clipBytes: 100, close: true);
        return alert;
    }

    public Task Anchored(long batches) => Patience.Until<object>($"{batches} receipts", async () =>
    {
        var all = await Store.Evidence.Batches(0, 1000);
        return all.Count == batches && all.All(batch => batch.Receipt is not null) ? all : null;
    });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        Anchors.Dispose();
        await Store.DisposeAsync();
        _stop.Dispose();
    }
}
