using Appliance.Core.Alerts;
using Appliance.Core.Evidence.Manifests;
using Appliance.Daemon.Evidence.Keys;
using Appliance.Store;
using Appliance.Store.Evidence;

namespace Appliance.IntegrationTests.Store.Evidence;

/// <summary>A store with an evidence key, and records in it.</summary>
internal static class EvidenceFixture
{
    public static StoreOptions With(this StoreOptions options, long maxBytes = 0, long minFree = 0) => options with
    {
        Evidence = new() { Enabled = true, Device = "7F3A", MaxBytes = maxBytes, MinFreeBytes = minFree },
    };

    public static async Task<ApplianceStore> Open(StoreFolder folder, long maxBytes = 0, TimeProvider? clock = null, EvidenceKey? key = null)
    {
        var store = await folder.Open(folder.Options().With(maxBytes), clock);
        if (key is null)
            await new EvidenceKeys(folder.Path, store.Evidence).Load(null, default);
        else
            await store.Evidence.Use(key, null, StoreFolder.Someone);
        return store;
    }

    public static async Task<Alert> Raise(ApplianceStore store, DateTimeOffset? utc = null) =>
        await store.Alerts.Append(StoreFolder.Alert(name: "Jane") with { Utc = utc ?? DateTimeOffset.UtcNow }, default);

    public static byte[] Clip(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        return bytes;
    }

    public static async Task<EvidenceRecord> Record(
        ApplianceStore store, Alert alert, int clipBytes = 100_000, bool close = false, DateTimeOffset? keepUntil = null)
    {
        using var writer = store.Evidence.Create(alert.Id, alert.Utc, "clip.mp4", "video/mp4");
        writer.Write(Clip(clipBytes));
        var clip = writer.Finish();
        return (await store.Evidence.Seal(
            new()
            {
                Alert = alert.Id,
                Manifest = address => ManifestJson.Write(Manifest(alert, address, [clip.Statement])),
                Artefacts = [clip],
                KeepUntil = keepUntil ?? alert.Utc.AddDays(30),
                CloseBatch = close,
            },
            default))!;
    }

    public static EvidenceManifest Manifest(Alert alert, string address, IReadOnlyList<ArtefactStatement> artefacts) => new()
    {
        Device = new("7F3A", "Pole 07", "", null, null, "1.0", "b0", address),
        Alert = new(
            alert.Id.Value, alert.Seq, alert.Kind, "warning", ManifestJson.Time(alert.Utc), "", "", "", 1, null, 640, 360, 0.9, 1, null),
        Clock = new(null, ManifestJson.Time(alert.Utc), 1),
        Artefacts = artefacts,
    };

    /// <summary>In a process that is killed: alerts, their evidence, batches of a few leaves, key changes.</summary>
    public static async Task RecordForever(string folder, Action<string> print)
    {
        var store = await ApplianceStore.Open(
            new StoreOptions { DataDirectory = folder, ReserveBytes = 0 }.With(), TimeProvider.System,
            Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance);
        var keys = new EvidenceKeys(folder, store.Evidence);
        await keys.Load(null, default);
        for (var i = 1; ; i++)
        {
            var alert = await Raise(store);
            var record = await Record(store, alert, 70_000, close: i % 3 == 0);
            print($"{record.Alert} {Convert.ToHexStringLower(record.Digest!)}");
            if (i % 7 == 0)
                await keys.Rotate(StoreFolder.Someone, default);
        }
    }
}
