using Appliance.Core.Alerts;
using Appliance.Core.Detection;
using Appliance.Core.Evidence.Manifests;
using Appliance.Core.Evidence.Tracks;
using Appliance.Store.Evidence;

namespace Appliance.Daemon.Evidence.Masking;

/// <summary>Artefacts as people may see them. Masked clips are kept for a while in memory: a player asks for them piece by piece.</summary>
internal sealed class EvidenceViews(EvidenceStore store) : IDisposable
{
    private const int KeptClips = 3;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly List<(AlertId Alert, byte[] Clip)> _clips = [];

    /// <summary>The artefact with bystanders pixelated (tracks.json as it is); null = there is no such.</summary>
    /// <exception cref="Store.StoreException">It was changed on the disk.</exception>
    /// <exception cref="Capture.CaptureException">It cannot be masked, so it is not shown.</exception>
    public async Task<Stream?> Masked(AlertId alert, string name, CancellationToken cancel)
    {
        if (await store.Open(alert, name, cancel) is not { } original)
            return null;
        if (name == TracksDocument.Name)
            return original;

        await using (original)
        {
            var tracks = await Tracks(alert, cancel);
            if (name == "clip.mp4")
                return new MemoryStream(await Clip(alert, original, tracks, cancel), writable: false);

            var jpeg = await ReadAll(original, cancel);
            if (name != "face.jpg")
                return new MemoryStream(MaskedPictures.Snapshot(jpeg, tracks), writable: false);
            var manifest = ManifestJson.Read(await store.Manifest(alert, cancel) ?? throw new Capture.CaptureException("there is no manifest to mask it by"));
            var box = manifest.Alert.Box ?? throw new Capture.CaptureException("there is no face to mask it by");
            return new MemoryStream(
                MaskedPictures.Face(jpeg, tracks, new Box((float)box.X, (float)box.Y, (float)box.Width, (float)box.Height)), writable: false);
        }
    }

    /// <summary>A removed record must not be shown from memory.</summary>
    public void Forget(AlertId alert)
    {
        lock (_clips)
            _clips.RemoveAll(one => one.Alert == alert);
    }

    public void Dispose() => _gate.Dispose();

    private async Task<TracksDocument> Tracks(AlertId alert, CancellationToken cancel)
    {
        await using var stream = await store.Open(alert, TracksDocument.Name, cancel)
            ?? throw new Capture.CaptureException("where faces were is not known (tracks.json is missing): only the original can be shown");
        return TracksDocument.Read(await ReadAll(stream, cancel));
    }

    private async Task<byte[]> Clip(AlertId alert, Stream original, TracksDocument tracks, CancellationToken cancel)
    {
        await _gate.WaitAsync(cancel);
        try
        {
            lock (_clips)
            {
                if (_clips.FirstOrDefault(one => one.Alert == alert).Clip is { } known)
                    return known;
            }

            var clip = await Task.Run(() => MaskedPictures.Clip(original, tracks), cancel);
            lock (_clips)
            {
                if (_clips.Count == KeptClips)
                    _clips.RemoveAt(0);
                _clips.Add((alert, clip));
            }

            return clip;
        }
        finally
        {
            _gate.Release();
        }
    }

    internal static async Task<byte[]> ReadAll(Stream stream, CancellationToken cancel)
    {
        var bytes = new byte[stream.Length];
        await stream.ReadExactlyAsync(bytes, cancel);
        return bytes;
    }
}
