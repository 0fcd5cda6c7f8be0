using Appliance.Capture.Photos;
using Appliance.Core.Detection;
using Appliance.Core.Recognition;
using Appliance.Core.Recognition.Index;

namespace Appliance.Daemon.Cli.Analyze;

/// <summary>
/// A watchlist for one run, in memory only: each sub-folder of a folder is a person (its name), each picture in it a photo.
/// </summary>
internal sealed class GalleryFolder
{
    private static readonly string[] s_pictures = [".jpg", ".jpeg", ".png", ".webp"];

    private readonly Dictionary<PersonId, Person> _people = [];

    /// <summary>Pictures that could not be used, and why.</summary>
    public List<(string Path, string Reason)> Refused { get; } = [];

    public int Photos { get; private set; }

    public IReadOnlyCollection<Person> People => _people.Values;

    public Person? Find(PersonId id) => _people.GetValueOrDefault(id);

    /// <summary>Enrols everything below <paramref name="folder"/>: of each picture the largest face.</summary>
    public static GalleryFolder Load(string folder, IFaceDetector detector, IFaceEmbedder embedder, FlatIndex index)
    {
        var gallery = new GalleryFolder();
        var faces = new List<FaceDetection>();
        foreach (var home in Directory.GetDirectories(folder).Order(StringComparer.Ordinal))
        {
            var templates = new List<float[]>();
            foreach (var path in Directory.GetFiles(home).Order(StringComparer.Ordinal))
            {
                if (!s_pictures.Contains(Path.GetExtension(path).ToLowerInvariant()))
                    continue;
                if (gallery.Embed(path, detector, embedder, faces) is { } template)
                    templates.Add(template);
            }

            if (templates.Count > 0)
                gallery.Add(Path.GetFileName(home), templates, index);
        }

        return gallery;
    }

    private float[]? Embed(string path, IFaceDetector detector, IFaceEmbedder embedder, List<FaceDetection> faces)
    {
        try
        {
            using var photo = PhotoDecoder.Decode(File.ReadAllBytes(path));
            detector.Detect(photo, faces);
            if (faces.Count == 0)
            {
                Refused.Add((path, "no face found"));
                return null;
            }

            var template = new float[embedder.Dimensions];
            embedder.Embed(photo, [faces.MaxBy(face => face.Box.Area).Landmarks], template);
            Photos++;
            return template;
        }
        catch (PhotoException error)
        {
            Refused.Add((path, error.Message));
            return null;
        }
    }

    private void Add(string name, List<float[]> templates, FlatIndex index)
    {
        var id = new PersonId(name);
        _people.Add(id, new Person
        {
            Id = id,
            Name = name,
            Category = "gallery",
            LegalBasis = "one analysis run, nothing is stored",
            CreatedAt = DateTimeOffset.UnixEpoch,
            UpdatedAt = DateTimeOffset.UnixEpoch,
        });
        index.Put(id, templates);
    }
}
