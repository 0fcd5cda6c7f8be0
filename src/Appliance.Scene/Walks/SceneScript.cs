using System.Numerics;
using Appliance.Scene.Heads;
using Appliance.Scene.Randomness;

namespace Appliance.Scene.Walks;

/// <summary>Who walks past which camera when.</summary>
/// <param name="Seed">Of light, walls, clothes and the way each person moves.</param>
/// <param name="Duration">Seconds.</param>
/// <param name="Cameras">At least one.</param>
/// <param name="Cast">The people, by index.</param>
/// <param name="Walks">In any order.</param>
public sealed record SceneScript(
    ulong Seed, float Duration, IReadOnlyList<SceneCamera> Cameras, IReadOnlyList<CastMember> Cast, IReadOnlyList<Walk> Walks)
{
    /// <summary>How well the cameras see.</summary>
    public SceneConditions Conditions { get; init; } = new();

    /// <summary>
    /// Everybody passes every camera once, one after the other with overlap, so that each face is larger than 70 pixels
    /// (in a picture 960 wide) for at least two seconds.
    /// </summary>
    /// <param name="seed">Same seed, same scene.</param>
    /// <param name="people">How many walk, 1 or more.</param>
    /// <param name="cameras">How many watch, 1 or more.</param>
    /// <param name="duration">Seconds; at least 8.</param>
    /// <param name="identities">The first this many of the cast take turns; null = as many as walk.</param>
    public static SceneScript Create(ulong seed, int people, int cameras, float duration, int? identities = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(people, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(cameras, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(duration, 8);
        var cast = HeadCast.Members(Math.Clamp(identities ?? people, 1, people));
        var random = SeededRandom.For(seed, 0x5C12);
        var views = new SceneCamera[cameras];
        for (var i = 0; i < cameras; i++)
        {
            string[] names = ["gate", "lobby"];
            views[i] = new(i < names.Length ? names[i] : $"camera-{i + 1}", random.Between(1.76f, 1.86f), random.Between(4.2f, 5.2f), 1.9f);
        }

        var walks = new List<Walk>();
        for (var camera = 0; camera < cameras; camera++)
        {
            // The second camera sees them a little later and from the other side.
            var begin = Math.Min(1.2f * camera, 4);
            var walkTime = Math.Clamp((duration - begin) / 2.2f, 5.5f, 7.5f);
            var gap = people == 1 ? 0 : (duration - begin - walkTime - 0.3f) / (people - 1);
            for (var i = 0; i < people; i++)
            {
                var lane = (((i + camera) % 3) - 1) * 0.5f;
                var start = begin + (i * Math.Max(gap, 0)) + random.Between(0, 0.25f);
                var from = new Vector2((lane * 1.6f) + random.Between(-0.25f, 0.25f), random.Between(8.2f, 9.0f));
                var to = new Vector2((lane * 0.55f) + random.Between(-0.08f, 0.08f), 1.75f);
                walks.Add(new Walk(
                    i % cast.Count, camera, start, walkTime, from, to, random.Between(-0.15f, 0.15f), random.Between(3f, 8f)));
            }
        }

        return new SceneScript(seed, duration, views, cast, walks);
    }
}
