using Appliance.Capture.Photos;
using Appliance.Core.Detection;
using Appliance.Core.Frames;
using Appliance.Core.Recognition;
using Appliance.Daemon.Pipeline;
using Appliance.Inference;
using Appliance.Store.Watchlist;

namespace Appliance.Daemon.Watchlist;

/// <summary>
/// From a photo to a template: decode → detect → quality gate → embed → compare with who is enrolled. One photo at a time: a large one
/// takes as much memory as many cameras. Used by REST and by the command line.
/// </summary>
internal sealed class Enrolment(RecognizerFactory recognizers, PhotoLimits limits, TimeProvider? clock = null) : IDisposable
{
    /// <summary>A second face at least this large (of the largest one's height) makes it unclear who is meant.</summary>
    private const float Bystander = 0.4f;

    /// <summary>What the detector reports below this is more often a pattern than a face.</summary>
    private const float LeastScore = 0.6f;

    private const int MaxCandidates = 10;

    private readonly SemaphoreSlim _one = new(1, 1);
    private readonly List<FaceDetection> _faces = new(64);
    private Recognizer? _recognizer;
    private ITimer? _idle;
    private int _disposed;

    /// <summary>Whether the photo can be enrolled, and if not, why not.</summary>
    /// <param name="photo">The file: JPEG, PNG or WebP.</param>
    /// <param name="whose">The person it is of, who may be enrolled with other photos; null = somebody new.</param>
    /// <param name="cancel">Gives up waiting for its turn.</param>
    /// <exception cref="InferenceException">There are no models.</exception>
    public Task<PhotoVerdict> Examine(byte[] photo, PersonId? whose, CancellationToken cancel) => OneAtATime(
        photo,
        frame => Examine(photo, frame, whose),
        refusal => PhotoVerdict.Refused(refusal),
        cancel);

    /// <summary>Everybody on the photo, largest face first, with the persons who look alike.</summary>
    /// <exception cref="InferenceException">There are no models.</exception>
    public Task<(IReadOnlyList<FoundFace> Faces, PhotoRefusal? Refusal)> Search(byte[] photo, int candidates, CancellationToken cancel) =>
        OneAtATime<(IReadOnlyList<FoundFace>, PhotoRefusal?)>(
            photo,
            frame => (Search(frame, Math.Clamp(candidates, 1, MaxCandidates)), null),
            refusal => ([], refusal),
            cancel);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;

        // Taken and never given back: neither a photo nor the timer may use the models any more.
        _one.Wait();
        recognizers.Replaced -= Rest;
        _idle?.Dispose();
        _recognizer?.Dispose();
        _recognizer = null;
    }

    private async Task<T> OneAtATime<T>(byte[] photo, Func<PooledFrame, T> work, Func<PhotoRefusal, T> refuse, CancellationToken cancel)
    {
        await _one.WaitAsync(cancel);
        try
        {
            // Off the request's thread: decoding and inference take tenths of a second.
            return await Task.Run(
                () =>
                {
                    Prepare();
                    using var frame = PhotoDecoder.Decode(photo, limits);
                    return work(frame);
                },
                cancel);
        }
        catch (PhotoException refused)
        {
            return refuse(new(Word(refused.Fault), refused.Message));
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>The models and thresholds of now; those of the last photo may be out of date or given back.</summary>
    private void Prepare()
    {
        if (_recognizer is { } made && made.Version != recognizers.Version)
        {
            _recognizer = null;
            made.Dispose();
        }

        if (_recognizer is null)
        {
            recognizers.Replaced -= Rest;
            recognizers.Replaced += Rest;
            _recognizer = recognizers.Create();
        }

        if (recognizers.IdleUnload <= TimeSpan.Zero)
            return;
        _idle ??= (clock ?? TimeProvider.System).CreateTimer(_ => Rest(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        _idle.Change(recognizers.IdleUnload, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Nobody enrolled anyone for a time, or other models are in use: lets go of those held here.</summary>
    private void Rest()
    {
        // A photo that is being looked at sets the timer anew.
        if (!_one.Wait(0))
            return;
        try
        {
            _recognizer?.Dispose();
            _recognizer = null;
        }
        finally
        {
            _one.Release();
        }
    }

    private PhotoVerdict Examine(byte[] photo, PooledFrame frame, PersonId? whose)
    {
        var (detector, embedder, context, _, _) = _recognizer!;
        if (FindFaces(detector, frame) is not [var face, .. var others])
        {
            return PhotoVerdict.Refused(new PhotoRefusal(
                "noFace", "no face was found: the face must be turned to the camera, upright and not covered"));
        }

        if (others.Count(other => other.Box.Height >= Bystander * face.Box.Height) is > 0 and var more)
            return PhotoVerdict.Refused(new PhotoRefusal("severalFaces", $"{more + 1} faces were found: crop the photo to one person"));

        var quality = ShotQuality.Measure(frame, face);
        if (QualityGate.Enrolment.Check(quality) is not QualityFault.None and var fault)
            return PhotoVerdict.Refused(new PhotoRefusal(Word(fault), QualityGate.Enrolment.WhyRefused(quality) ?? Word(fault)));

        var template = new float[embedder.Dimensions];
        embedder.Embed(frame, [face.Landmarks], template);
        if (LooksLikeAnother(context.Index, context.Threshold, template, whose) is { } other)
        {
            return PhotoVerdict.Refused(new PhotoRefusal(
                "looksLikeAnother",
                FormattableString.Invariant($"it looks like another enrolled person (similarity {other.Similarity:0.00}): is it the same one?"),
                other.Person.Value));
        }

        return new(new NewPhoto(ContentType(photo), photo, [new(embedder.Model, template)], quality.Score), []);
    }

    private List<FoundFace> Search(PooledFrame frame, int candidates)
    {
        var (detector, embedder, context, _, _) = _recognizer!;
        var found = new List<FoundFace>();
        var template = new float[embedder.Dimensions];
        var best = new Candidate[candidates];
        foreach (var face in FindFaces(detector, frame))
        {
            embedder.Embed(frame, [face.Landmarks], template);
            var count = context.Index.Search(template, best);
            var quality = ShotQuality.Measure(frame, face);
            var threshold = context.Threshold.At(context.Index.Count);
            found.Add(new(
                face.Box, face.Score, quality.Score, QualityGate.Live.WhyRefused(quality),
                [.. best.Take(count)
                    .Select(candidate => (Person: context.FindPerson(candidate.Person), candidate.Similarity))
                    .Where(pair => pair.Person is not null)
                    .Select(pair => new FoundPerson(pair.Person!, pair.Similarity, pair.Similarity >= threshold))]));
        }

        return found;
    }

    /// <summary>The face of an enrolled photo, found as at its enrolment; null = none.</summary>
    /// <param name="detector">Of the caller's thread.</param>
    /// <param name="frame">The photo.</param>
    /// <param name="faces">Room for what is found.</param>
    public static FaceDetection? Largest(IFaceDetector detector, PooledFrame frame, List<FaceDetection> faces) =>
        FindFaces(detector, frame, faces) is [var face, ..] ? face : null;

    private FaceDetection[] FindFaces(IFaceDetector detector, PooledFrame frame) => FindFaces(detector, frame, _faces);

    private static FaceDetection[] FindFaces(IFaceDetector detector, PooledFrame frame, List<FaceDetection> faces)
    {
        detector.Detect(frame, faces);
        return [.. faces.Where(face => face.Score >= LeastScore).OrderByDescending(face => face.Box.Area)];
    }

    private static Candidate? LooksLikeAnother(
        IWatchlistIndex index, MatchThreshold threshold, float[] template, PersonId? whose)
    {
        var best = new Candidate[2];
        var count = index.Search(template, best);
        foreach (var candidate in best.Take(count))
        {
            if (candidate.Person != whose && candidate.Similarity >= threshold.At(index.Count))
                return candidate;
        }

        return null;
    }

    // By the first bytes, as the decoder does: what the client claims is not stored.
    private static string ContentType(byte[] photo) => photo switch
    {
        [0xFF, 0xD8, ..] => "image/jpeg",
        [0x89, (byte)'P', ..] => "image/png",
        _ => "image/webp",
    };

    private static string Word(PhotoFault fault) => Camel(fault.ToString());

    private static string Word(QualityFault fault) => Camel(fault.ToString());

    private static string Camel(string word) => char.ToLowerInvariant(word[0]) + word[1..];
}
