using Appliance.Capture;
using Appliance.Capture.Encoding;
using Appliance.Capture.Photos;
using Appliance.Core.Alerts;
using Appliance.Core.Detection;
using Appliance.Core.Evidence.Manifests;
using Appliance.Core.Evidence.Pictures;
using Appliance.Core.Evidence.Tracks;
using Appliance.Core.Frames;
using Appliance.Store;
using Appliance.Store.Evidence;
using Appliance.Store.Evidence.Files;

namespace Appliance.Daemon.Evidence.Recording;

/// <summary>
/// The evidence of one alert while it is being taken: each artefact either is on disk or has a reason why not. Used by one thread
/// at a time.
/// </summary>
internal sealed class EvidenceTake(Alert alert, EvidenceStore store, IEvidenceSource source, EvidenceOptions options, TimeProvider clock)
{
    private const int SnapshotQuality = 90;

    private readonly List<FinishedArtefact> _artefacts = [];
    private readonly List<MissingArtefact> _missing = [];
    private ClipCut? _cut;
    private string _cameraName = "";
    private string _codec = "";
    private double? _clipStart;

    public Alert Alert => alert;

    /// <summary>When the clip's last picture is due.</summary>
    public DateTimeOffset Due => alert.Utc + options.PostRoll;

    /// <summary>Whether more of the clip is to come.</summary>
    public bool WantsMore => _cut is { IsComplete: false };

    /// <summary>Finds the camera and takes what lies in its ring already.</summary>
    public void Begin()
    {
        if (source.Camera(alert.Camera) is not { } camera)
        {
            Miss("clip.mp4", "the camera was removed");
            return;
        }

        _cameraName = camera.Name;
        if (camera.Ring.Length == TimeSpan.Zero)
        {
            Miss("clip.mp4", "the camera keeps no encoded video (PreRollSeconds is 0)");
            return;
        }

        _cut = new ClipCut(camera.Ring, alert.Utc - options.PreRoll, Due);
        _cut.Collect();
    }

    public void Collect() => _cut?.Collect();

    /// <summary>The frame that decided it, whole and as a face.</summary>
    /// <param name="frame">Null: there is none to be had, for <paramref name="whyNot"/>.</param>
    /// <param name="whyNot">Empty = none is expected.</param>
    public void AddPictures(PooledFrame? frame, string whyNot)
    {
        if (frame is null)
        {
            if (whyNot.Length > 0)
                Miss("snapshot.jpg", whyNot);
            return;
        }

        Keep("snapshot.jpg", "image/jpeg", into => into.Write(JpegEncoder.Encode(frame, SnapshotQuality)));
        if (alert.Box is not { } box)
            return;
        if (FaceCrop.Area(frame.Width, frame.Height, box) is not { } area)
        {
            Miss("face.jpg", "the face lies outside the picture");
            return;
        }

        using var face = FaceCrop.Cut(frame, area);
        Keep("face.jpg", "image/jpeg", into => into.Write(JpegEncoder.Encode(face, SnapshotQuality)));
    }

    /// <param name="wasStopped">The program stops: the clip ends here.</param>
    public void AddClip(bool wasStopped)
    {
        if (_cut is null)
            return;
        if (_cut.IsEmpty)
        {
            Miss("clip.mp4", "the camera gives no encoded video");
            return;
        }

        _codec = _cut.Codec;
        var note = _cut switch
        {
            { IsInterrupted: true } => "the camera's stream was interrupted",
            { IsComplete: false } when wasStopped => "the program was stopped before the clip's end",
            { IsComplete: false } => "the camera gave no picture up to the clip's end",
            _ => "",
        };
        if (Keep("clip.mp4", "video/mp4", _cut.WriteMp4, note))
            _clipStart = Math.Round((_cut.Start!.Value - alert.Utc).TotalSeconds, 3);
    }

    public void AddTracks(TrackTrail trail)
    {
        var points = trail.Between(alert.Utc - options.PreRoll - TimeSpan.FromSeconds(2), Due + TimeSpan.FromSeconds(2));
        var document = new TracksDocument(
            TracksDocument.Version1, alert.Id.Value, alert.TrackId, alert.FrameWidth, alert.FrameHeight, ManifestJson.Time(alert.Utc), _clipStart,
            [.. points.Select(point => TrackPoint.Of(point, alert.Utc))]);
        Keep(TracksDocument.Name, "application/json", into => into.Write(TracksDocument.Write(document)));
    }

    /// <summary>Waits until all of it is on the disk; what the disk did not take is missing.</summary>
    public async Task Settle()
    {
        foreach (var artefact in _artefacts.ToList())
        {
            try
            {
                await artefact.Durable;
            }
            catch (StoreException error)
            {
                _artefacts.Remove(artefact);
                Miss(artefact.Statement.Name, error.Message);
            }
        }
    }

    public EvidenceSealing Finish() => new()
    {
        Alert = alert.Id,
        Artefacts = _artefacts,
        Reason = string.Join("; ", _missing.Select(one => $"{one.Name}: {one.Reason}")),
        KeepUntil = clock.GetUtcNow() + options.RetentionOf(alert),
        CloseBatch = alert.Severity == Severity.Critical,
        Manifest = address => ManifestJson.Write(new()
        {
            Device = source.Device(address),
            Alert = ManifestWriter.Describe(alert),
            Camera = new(alert.Camera.Value, _cameraName, _codec),
            Clock = new(alert.ClockSynced, ManifestJson.Time(clock.GetUtcNow()), Math.Round(source.Uptime.TotalSeconds, 3)),
            Models = ManifestWriter.Models(alert, source.Models),
            Artefacts = [.. _artefacts.Select(artefact => artefact.Statement)],
            Missing = _missing,
        }),
    };

    private void Miss(string name, string reason) => _missing.Add(new(name, reason));

    private bool Keep(string name, string mediaType, Action<ArtefactWriter> write, string note = "")
    {
        try
        {
            using var writer = store.Create(alert.Id, alert.Utc, name, mediaType);
            write(writer);
            _artefacts.Add(writer.Finish(note));
            return true;
        }
        catch (Exception error) when (error is StoreException or CaptureException)
        {
            Miss(name, error.Message);
            return false;
        }
    }
}
