using Appliance.Capture;
using Appliance.Core.Alerts;
using Appliance.Core.Evidence.Bundles;
using Appliance.Daemon.Evidence.Exports;
using Appliance.Daemon.Evidence.Masking;
using Appliance.Delivery.Ipfs;
using Appliance.Store;
using Appliance.Store.Evidence;

namespace Appliance.Daemon.Evidence.Pinning;

/// <summary>
/// What an IPFS node gets of each alert: manifest and proof always, artefacts as far as <see cref="IpfsContent"/> allows. What is destroyed
/// here is taken back there.
/// </summary>
internal sealed class EvidencePins(EvidenceStore store, EvidenceViews views, IpfsContent content) : IPinSource
{
    public async Task<PinTask?> Next(CancellationToken cancel)
    {
        if (await store.NextToUnpin(cancel) is { } gone)
            return new(gone.Alert.Value, [], [.. (await store.Pins(gone.Alert, cancel)).Select(pin => pin.Cid)]);
        if (await store.NextToPin(cancel) is not { } record)
            return null;

        var files = new List<PinFile>
        {
            new("manifest.json", async stop => Memory(await store.Manifest(record.Alert, stop))),
            new("proof.json", async stop => await Proof(record, stop)),
        };
        foreach (var artefact in await store.Artefacts(record.Alert, cancel))
        {
            if (FileOf(record.Alert, artefact) is { } file)
                files.Add(file);
        }

        var done = (await store.Pins(record.Alert, cancel)).Select(pin => pin.Name).ToHashSet();
        return new(record.Alert.Value, [.. files.Where(file => !done.Contains(file.Name))], []);
    }

    public Task Pinned(PinTask task, string name, string cid, long bytes, CancellationToken cancel) =>
        store.AddPin(new AlertId(task.Alert), name, cid, bytes, cancel);

    public Task Finished(PinTask task, string reason, CancellationToken cancel) => task.Remove.Count > 0
        ? store.RemovePins(new AlertId(task.Alert), cancel)
        : store.FinishPins(new AlertId(task.Alert), reason, cancel);

    private PinFile? FileOf(AlertId alert, StoredArtefact artefact)
    {
        var name = artefact.Name;
        return content switch
        {
            IpfsContent.Encrypted => new(name + ".wpe", stop => Had(() => store.OpenEncrypted(alert, name, stop))),
            // Boxes without pictures are masked as they are.
            IpfsContent.Masked => new(
                artefact.MediaType == "application/json" ? name : "masked/" + name, stop => Had(async () => await Whole(await views.Masked(alert, name, stop), stop))),
            IpfsContent.Original => new(name, stop => Had(async () => await Whole(await store.Open(alert, name, stop), stop))),
            _ => null,
        };
    }

    private async Task<Stream?> Proof(EvidenceRecord record, CancellationToken cancel) => await store.Prove(record.Alert, cancel) is { } proof
        ? Memory(BundleJson.Write(EvidenceExporter.Describe(record, proof, await store.Keys(cancel))))
        : null;

    /// <summary>What was changed on the disk, or cannot be masked, will not be there later either.</summary>
    private static async Task<Stream?> Had(Func<Task<Stream?>> open)
    {
        try
        {
            return await open();
        }
        catch (StoreException error) when (error.Fault == StoreFault.Tampered)
        {
            throw new PinUnavailableException(error.Message, error);
        }
        catch (CaptureException error)
        {
            throw new PinUnavailableException($"it cannot be masked: {error.Message}", error);
        }
    }

    /// <summary>Decrypted to its end before the first byte is sent: a changed chunk is found here.</summary>
    private static async Task<Stream?> Whole(Stream? stream, CancellationToken cancel)
    {
        if (stream is null or MemoryStream)
            return stream;
        await using (stream)
            return Memory(await EvidenceViews.ReadAll(stream, cancel));
    }

    private static MemoryStream? Memory(byte[]? bytes) => bytes is null ? null : new(bytes, writable: false);
}
