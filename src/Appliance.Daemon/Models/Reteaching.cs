using Appliance.Capture.Photos;
using Appliance.Core.Detection;
using Appliance.Core.Recognition;
using Appliance.Daemon.Watchlist;
using Appliance.Inference;
using Appliance.Store.Audit;
using Appliance.Store.Watchlist;

namespace Appliance.Daemon.Models;

/// <summary>
/// Makes templates of a new embedder from the photos that were kept, one photo after the other in the background; what an
/// interrupted run made is not made again. The old model's templates stay.
/// </summary>
internal sealed class Reteaching(InferenceEngine engine, WatchlistStore watchlist)
{
    private const int PersonsPerPage = 200;

    private readonly List<FaceDetection> _faces = new(16);

    /// <summary>Persons none of whose photos can be taught to the model, because their pixels were not kept.</summary>
    public async Task<IReadOnlyList<UnknownPerson>> WithoutPhotos(string model, CancellationToken cancel)
    {
        var lost = new List<UnknownPerson>();
        foreach (var id in await watchlist.UnknownTo(model, cancel))
        {
            if (watchlist.Find(id) is { } person && await watchlist.Photos(id, cancel) is { } photos && photos.All(photo => photo.Bytes == 0))
                lost.Add(new(id.Value, person.Name, "photosNotKept"));
        }

        return lost;
    }

    /// <summary>Teaches all photos that lack a template of the model. Returns how many were taught and who stays unknown.</summary>
    /// <exception cref="InferenceException">The model cannot be loaded.</exception>
    public async Task<(int Photos, IReadOnlyList<UnknownPerson> Unknown)> Run(
        string model, Actor by, IProgress<(long Done, long Total)>? progress, CancellationToken cancel)
    {
        using var detector = engine.CreateDetector();
        using var embedder = engine.CreateEmbedder(model);
        var missing = await Missing(embedder.Model, cancel);
        var taught = 0;
        for (var i = 0; i < missing.Count; i++)
        {
            cancel.ThrowIfCancellationRequested();
            progress?.Report((i, missing.Count));
            var (person, photo) = missing[i];
            if (await Teach(person, photo, detector, embedder, by, cancel))
                taught++;
        }

        progress?.Report((missing.Count, missing.Count));
        return (taught, await Unknown(embedder.Model, cancel));
    }

    private async Task<bool> Teach(
        PersonId person, string photo, IFaceDetector detector, IFaceEmbedder embedder, Actor by, CancellationToken cancel)
    {
        // Removed meanwhile: then there is nothing to teach.
        if (await watchlist.ReadPhoto(person, photo, cancel) is not { } image || Template(image.Image, detector, embedder) is not { } template)
            return false;

        var change = await watchlist.AddTemplates(person, photo, [new(embedder.Model, template)], by, cancel);
        return change.IsDone;
    }

    private float[]? Template(byte[] photo, IFaceDetector detector, IFaceEmbedder embedder)
    {
        try
        {
            using var frame = PhotoDecoder.Decode(photo, PhotoLimits.Default);
            if (Enrolment.Largest(detector, frame, _faces) is not { } face)
                return null;

            var template = new float[embedder.Dimensions];
            embedder.Embed(frame, [face.Landmarks], template);
            return template;
        }
        catch (PhotoException)
        {
            // It was readable when it was enrolled; its person is named as unknown in the end.
            return null;
        }
    }

    private async Task<List<(PersonId Person, string Photo)>> Missing(string model, CancellationToken cancel)
    {
        var missing = new List<(PersonId, string)>();
        string? cursor = null;
        do
        {
            var page = watchlist.List(new(), cursor, PersonsPerPage);
            foreach (var person in page.Items)
            {
                foreach (var photo in await watchlist.Photos(person.Id, cancel) ?? [])
                {
                    if (photo.Bytes > 0 && !photo.Models.Contains(model))
                        missing.Add((person.Id, photo.Id));
                }
            }

            cursor = page.Next;
        }
        while (cursor is not null);
        return missing;
    }

    private async Task<IReadOnlyList<UnknownPerson>> Unknown(string model, CancellationToken cancel)
    {
        var unknown = new List<UnknownPerson>();
        foreach (var id in await watchlist.UnknownTo(model, cancel))
        {
            if (watchlist.Find(id) is not { } person)
                continue;
            var kept = (await watchlist.Photos(id, cancel) ?? []).Any(photo => photo.Bytes > 0);
            unknown.Add(new(id.Value, person.Name, kept ? "noFaceInPhotos" : "photosNotKept"));
        }

        return unknown;
    }
}
