namespace Appliance.Scene.Heads;

/// <summary>A person of the scene: a name to show and the genes of the head.</summary>
/// <param name="Name">Invented; nobody's.</param>
/// <param name="Genes">Of the head.</param>
public sealed record CastMember(string Name, HeadGenome Genes);

/// <summary>The people of demo and tests, chosen so that face embedders tell them apart.</summary>
public static class HeadCast
{
    private static readonly (string Name, ulong Seed)[] s_members =
    [
        ("Viktor Brandt", 1123), ("Mara Lindqvist", 1355), ("Ines Okoro", 1262), ("Emil Takacs", 1485), ("Yusuf Adeyemi", 1379),
        ("Clara Nowak", 1319), ("Henrik Solberg", 1473), ("Leila Castellan", 1085), ("Noor Verhoeven", 1022), ("Sana Whitlock", 1183),
        ("Oskar Petrov", 1106), ("Tomasz Halloran", 1047),
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
