using System.Security.Cryptography;
using System.Text;

namespace Appliance.Learning.Heads;

/// <summary>The fifth of the examples that is never trained on: the same fifth for ever, by hash of the alert's id.</summary>
public static class HoldOut
{
    public static bool Contains(HeadExample example) => SHA256.HashData(Encoding.UTF8.GetBytes(example.Key))[0] % 5 == 0;

    public static (IReadOnlyList<HeadExample> Train, IReadOnlyList<HeadExample> Test) Split(IReadOnlyList<HeadExample> examples) =>
        ([.. examples.Where(example => !Contains(example))], [.. examples.Where(Contains)]);
}
