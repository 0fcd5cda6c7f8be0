using Appliance.Core.Frames;
using Appliance.Core.Recognition;
using Appliance.Core.Rules.Engine;

namespace Appliance.Daemon.Pipeline;

/// <summary>
/// What the rules of a camera were asked about in one frame: one line of a recording (see docs/rules.md). Holds ids and categories,
/// never names.
/// </summary>
/// <param name="Type">The word <c>scene</c>.</param>
/// <param name="Camera">Whose frame.</param>
/// <param name="Utc">Wall clock of the frame.</param>
/// <param name="Tampered">Words of what is wrong with the picture.</param>
/// <param name="Tracks">Believed tracks, those hidden for a moment too.</param>
internal sealed record SceneEvent(
    string Type, string Camera, DateTimeOffset Utc, IReadOnlyList<Core.Rules.TamperKind> Tampered,
    IReadOnlyList<SceneTrack> Tracks)
{
    public static LiveEvent Of(Frame frame, ReadOnlySpan<Sighting> sightings, int tampered) =>
        new("scene", From(frame.Camera.Value, frame.CapturedAt, sightings, tampered));

    public static SceneEvent From(string camera, DateTimeOffset utc, ReadOnlySpan<Sighting> sightings, int tampered)
    {
        var tracks = new SceneTrack[sightings.Length];
        for (var i = 0; i < tracks.Length; i++)
            tracks[i] = SceneTrack.From(sightings[i]);
        return new(
            "scene", camera, utc,
            [.. Enum.GetValues<Core.Rules.TamperKind>().Where(kind => (tampered & (1 << (int)kind)) != 0)], tracks);
    }
}

/// <summary>A track of a scene event.</summary>
/// <param name="Id">Its id.</param>
/// <param name="X">Middle of the lower edge of its box, 0..1 of the picture.</param>
/// <param name="Y">The same, downwards.</param>
/// <param name="Seen">Whether this frame shows it.</param>
/// <param name="Who">undecided, unknown or known.</param>
/// <param name="Person">Who is known.</param>
/// <param name="Category">Their category.</param>
internal sealed record SceneTrack(long Id, double X, double Y, bool Seen, IdentityState Who, string? Person = null, string? Category = null)
{
    public static SceneTrack From(in Sighting sighting) => new(
        sighting.Track, Math.Round(sighting.Anchor.X, 4), Math.Round(sighting.Anchor.Y, 4), sighting.IsSeen, sighting.State,
        sighting.State == IdentityState.Known ? sighting.Person.Value : null, sighting.Category);

    public Sighting ToSighting() => new(
        Id, new((float)X, (float)Y), Seen, Who, Who == IdentityState.Known ? new(Person ?? "") : default, Category);
}
