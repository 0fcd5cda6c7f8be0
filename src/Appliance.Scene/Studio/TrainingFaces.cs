using Appliance.Core.Frames;
using Appliance.Scene.Heads;
using Appliance.Scene.Randomness;
using Appliance.Scene.Truth;

namespace Appliance.Scene.Studio;

/// <summary>Pictures of one invented person in every pose and light, to train on.</summary>
public sealed class TrainingFaces
{
    /// <summary>From here on seeds are for training: nobody of demo and tests is among them.</summary>
    public const ulong FirstSeed = 1_000_000;

    private readonly ulong _seed;
    private readonly FaceStudio _studio;

    /// <param name="seed">The person's.</param>
    /// <param name="identity">Number to write into the truth.</param>
    /// <param name="size">Of the pictures, pixels; decides how finely the head is made.</param>
    public TrainingFaces(ulong seed, int identity, int size)
    {
        _seed = seed;
        var member = new CastMember($"training-{seed}", HeadGenome.FromSeed(seed));
        _studio = new FaceStudio(identity, member, seed, size <= 256 ? 256 : 512);
    }

    /// <summary>Picture number <paramref name="index"/> of this person; square or not, overwritten.</summary>
    public FaceTruth Take(int index, PooledFrame frame)
    {
        var random = SeededRandom.For(_seed, (ulong)index + 0x7A17);
        return _studio.Take(FaceShot.Draw(ref random), frame, random.NextUInt64());
    }
}
