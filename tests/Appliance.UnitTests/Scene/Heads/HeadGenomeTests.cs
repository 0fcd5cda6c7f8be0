using Appliance.Scene.Heads;
using Appliance.Scene.Studio;

namespace Appliance.UnitTests.Scene.Heads;

public class HeadGenomeTests
{
    [Fact]
    public void FromSeed_SameSeed_SameGenes() =>
        Assert.Equal(HeadGenome.FromSeed(42).Values.ToArray(), HeadGenome.FromSeed(42).Values.ToArray());

    [Fact]
    public void FromSeed_NextSeed_SharesNoGene()
    {
        var one = HeadGenome.FromSeed(42).Values.ToArray();
        var two = HeadGenome.FromSeed(43).Values.ToArray();

        Assert.DoesNotContain(one.Zip(two), pair => pair.First == pair.Second);
    }

    [Fact]
    public void FromSeed_ManySeeds_EveryGeneWithinItsRange()
    {
        for (ulong seed = 0; seed < 200; seed++)
            Assert.All(HeadGenome.FromSeed(seed).Values.ToArray(), value => Assert.InRange(value, 0f, 1f));
    }

    [Fact]
    public void Constructor_TooFewGenes_Throws() => Assert.Throws<ArgumentException>(() => new HeadGenome([0.5f]));

    [Fact]
    public void Choice_GeneAtItsTop_IsTheLastKind()
    {
        var values = new float[HeadGenome.Count];
        Array.Fill(values, 1f);

        Assert.Equal(12, new HeadGenome(values).Choice(Gene.HairStyle, 13));
    }

    [Fact]
    public void Members_DemoCast_NoTwoAlikeAndNoneFromTheTrainingSeeds()
    {
        var cast = HeadCast.Members(HeadCast.Count + 20);

        Assert.Equal(cast.Count, cast.Select(member => member.Name).Distinct().Count());
        Assert.Equal(cast.Count, cast.Select(member => member.Genes[Gene.NoseLength]).Distinct().Count());
        for (ulong i = 0; i < 2000; i++)
        {
            var trained = HeadGenome.FromSeed(TrainingFaces.FirstSeed + i)[Gene.NoseLength];
            Assert.DoesNotContain(cast, member => member.Genes[Gene.NoseLength] == trained
                && member.Genes.Values.SequenceEqual(HeadGenome.FromSeed(TrainingFaces.FirstSeed + i).Values));
        }
    }
}
