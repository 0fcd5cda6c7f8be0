namespace Appliance.Scene.Heads;

/// <summary>A person of the scene: a name to show and the genes of the head.</summary>
/// <param name="Name">Invented; nobody's.</param>
/// <param name="Genes">Of the head.</param>
public sealed record CastMember(string Name, HeadGenome Genes);

/// <summary>
/// The people of demo and tests. Of 420 heads from seeds the 150 least typical were photographed twelve times in different
/// poses and lights; those were kept whose pictures a real embedder calls alike (cosine 0.74 or more), and of these a set in which no picture of one resembles another's portraits
/// by more than 0.46 (0.39 among the first six). <c>scene render --check</c> measures it again.
/// </summary>
public static class HeadCast
{
    private static readonly (string Name, ulong Seed)[] s_members =
    [
        ("Noor Adeyemi", 1178), ("Mara Lindqvist", 1183), ("Viktor Brandt", 1116), ("Yusuf Okoro", 1379), ("Tomasz Nowak", 1263),
        ("Henrik Solberg", 1123), ("Emil Takacs", 1135), ("Ines Halloran", 1006), ("Jonas Whitlock", 1364),
    ];

    /// <summary>How many there are.</summary>
    public static int Count => s_members.Length;

    /// <summary>The first <paramref name="count"/> people; beyond <see cref="Count"/> heads come straight from seeds.</summary>
    public static IReadOnlyList<CastMember> Members(int count)
    {
        var members = new CastMember[count];
        for (var i = 0; i < count; i++)
        {
            var (name, seed) = i < s_members.Length ? s_members[i] : ($"Passer-by {i + 1}", (ulong)i + 100_000);
            members[i] = new(name, HeadGenome.FromSeed(seed));
        }

        return members;
    }
}
