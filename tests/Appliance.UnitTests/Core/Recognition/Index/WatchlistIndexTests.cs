using Appliance.Core.Recognition;
using Appliance.Core.Recognition.Index;
using Appliance.UnitTests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace Appliance.UnitTests.Core.Recognition.Index;

/// <summary>What every index must do; each implementation runs all of it.</summary>
public abstract class WatchlistIndexTests
{
    private const int Dimensions = 24;

    protected abstract IWatchlistIndex New(int dimensions);

    [Fact]
    public void Search_EmptyIndex_FindsNobody()
    {
        var best = new Candidate[3];

        Assert.Equal(0, New(Dimensions).Search(new float[Dimensions], best));
        Assert.Equal(0, New(Dimensions).Count);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 2)]
    [InlineData(300, 4)]
    [InlineData(5000, 3)]
    public void Search_RandomWatchlist_IsWhatBruteForceFinds(int persons, int k)
    {
        var random = new Random(persons);
        var watchlist = Watchlist(random, persons, Dimensions);
        var (index, truth) = Both(watchlist, Dimensions);

        for (var i = 0; i < 10; i++)
            AssertSame(truth, index, Unit(random, Dimensions), k);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(33)]
    [InlineData(512)]
    public void Search_AnyDimensions_IsWhatBruteForceFinds(int dimensions)
    {
        var random = new Random(dimensions);
        var (index, truth) = Both(Watchlist(random, 200, dimensions), dimensions);

        for (var i = 0; i < 10; i++)
            AssertSame(truth, index, Unit(random, dimensions), 3);
    }

    [Fact]
    public void Search_CrowdedClusters_IsWhatBruteForceFinds()
    {
        // Everybody looks like everybody: the hardest case for a scan with bounds.
        var random = new Random(4);
        var centre = Unit(random, Dimensions);
        var watchlist = Enumerable.Range(0, 3000)
            .Select(i => (new PersonId($"p{i}"), (IReadOnlyList<float[]>)[Near(random, centre, 0.02)])).ToList();
        var (index, truth) = Both(watchlist, Dimensions);

        for (var i = 0; i < 20; i++)
            AssertSame(truth, index, Near(random, centre, 0.02), 4);
    }

    [Fact]
    public void Search_Batch_IsWhatOneByOneFinds()
    {
        var random = new Random(5);
        var (index, truth) = Both(Watchlist(random, 700, Dimensions), Dimensions);
        for (var count = 1; count <= 9; count++)
        {
            var queries = Enumerable.Range(0, count).SelectMany(_ => Unit(random, Dimensions)).ToArray();
            var (best, found) = (new Candidate[count * 3], new int[count]);

            index.Search(queries, 3, best, found);

            var (expected, expectedFound) = (new Candidate[count * 3], new int[count]);
            truth.Search(queries, 3, expected, expectedFound);
            Assert.Equal(expectedFound, found);
            for (var i = 0; i < count; i++)
                AssertSame(truth, queries[(i * Dimensions)..((i + 1) * Dimensions)], expected[(i * 3)..((i * 3) + 3)], best[(i * 3)..((i * 3) + 3)]);
        }
    }

    [Fact]
    public void Search_ForNothing_FindsNothing()
    {
        var random = new Random(6);
        var (index, _) = Both(Watchlist(random, 10, Dimensions), Dimensions);

        Assert.Equal(0, index.Search(Unit(random, Dimensions), []));
        index.Search([], 3, [], []);
    }

    [Fact]
    public void Put_AnyOrderOfChanges_IsWhatBruteForceHolds() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(40),
        Prop.ForAll(
            ArbMap.Default.ArbFor<(byte Person, byte Templates)[]>(),
            changes =>
            {
                var random = new Random(changes.Length);
                var (index, truth) = (New(Dimensions), new BruteForceIndex());
                foreach (var (person, templates) in changes)
                {
                    var id = new PersonId($"p{person % 12}");
                    var rows = Enumerable.Range(0, templates % 40).Select(_ => Unit(random, Dimensions)).ToArray();
                    index.Put(id, rows);
                    truth.Put(id, rows);
                    Assert.Equal(truth.Count, index.Count);
                    AssertSame(truth, index, Unit(random, Dimensions), 5);
                }
            }));

    [Fact]
    public void Put_ManyPersonsThenRemovedOneByOne_StaysRight()
    {
        var random = new Random(7);
        var watchlist = Watchlist(random, 2200, Dimensions);
        var (index, truth) = Both(watchlist, Dimensions);
        foreach (var (person, _) in watchlist.Where(_ => random.Next(3) > 0).ToList())
        {
            index.Put(person, []);
            truth.Put(person, []);
        }

        Assert.Equal(truth.Count, index.Count);
        for (var i = 0; i < 10; i++)
            AssertSame(truth, index, Unit(random, Dimensions), 3);
    }

    [Fact]
    public void Load_TwiceTheSamePerson_TheLastCounts()
    {
        var index = New(2);

        index.Load([(new("a"), [[1, 0], [0, 1]]), (new("b"), [[-1, 0]]), (new("a"), [[0, -1]])]);

        var best = new Candidate[3];
        Assert.Equal(2, index.Search([0, -1], best));
        Assert.Equal((2, new PersonId("a")), (index.Count, best[0].Person));
        Assert.Equal(1, best[0].Similarity, 0.0001f);
    }

    [Fact]
    public void Load_Again_ReplacesEverything()
    {
        var index = New(2);
        index.Put(new("old"), [[1, 0]]);

        index.Load([(new("new"), [[0, 1]])]);

        var best = new Candidate[3];
        Assert.Equal(1, index.Search([1, 0], best));
        Assert.Equal(new("new"), best[0].Person);
    }

    [Fact]
    public void Put_TemplateNotNormalised_IsNormalised()
    {
        var index = New(2);
        index.Put(new("a"), [[3, 4]]);

        var best = new Candidate[1];
        index.Search([0.6f, 0.8f], best);

        Assert.Equal(1, best[0].Similarity, 0.0001f);
    }

    [Fact]
    public void Put_ImpossibleTemplate_ChangesNothing()
    {
        var index = New(2);
        index.Put(new("a"), [[1, 0]]);

        Assert.Throws<ArgumentException>(() => index.Put(new("a"), [[1, 0, 0]]));
        Assert.Throws<ArgumentException>(() => index.Put(new("a"), [[0, 1], [0, 0]]));
        Assert.Throws<ArgumentException>(() => index.Put(new("a"), [[float.NaN, 0]]));
        Assert.Throws<ArgumentException>(() => index.Search([1, 0, 0], new Candidate[1]));

        var best = new Candidate[1];
        index.Search([1, 0], best);
        Assert.Equal((1, new Candidate(new("a"), 1)), (index.Count, best[0]));
    }

    [Fact]
    public async Task Search_BesideAWriter_SeesAllOfAChangeOrNothing()
    {
        // Each person's templates always point the same way; a half-made change would mix two ways.
        var index = New(Dimensions);
        var ways = Enumerable.Range(0, 2).Select(i => Enumerable.Range(0, Dimensions).Select(d => d == i ? 1f : 0f).ToArray()).ToArray();
        index.Put(new("a"), [ways[0], ways[0]]);
        var writer = Task.Run(() =>
        {
            for (var i = 0; i < 1000; i++)
            {
                index.Put(new("filler"), i % 3 == 0 ? [] : [ways[1], ways[1], ways[1]]);
                index.Put(new("a"), [ways[i % 2], ways[i % 2]]);
            }
        });

        var best = new Candidate[2];
        while (!writer.IsCompleted)
        {
            var found = index.Search(ways[0], best);
            var a = best[..found].Single(candidate => candidate.Person == new PersonId("a"));
            Assert.True(a.Similarity is 0 or 1, $"{a}");
        }

        await writer;
    }

    [Fact]
    public void Search_SteadyState_AllocatesNothing()
    {
        var random = new Random(8);
        var (index, _) = Both(Watchlist(random, 500, Dimensions), Dimensions);
        var (query, best, found) = (Unit(random, Dimensions), new Candidate[8], new int[2]);
        float[] two = [.. query, .. query];
        Run();
        Run();

        Assert.Equal(0, Allocations.Least(Run));

        void Run()
        {
            for (var i = 0; i < 50; i++)
            {
                index.Search(query, best);
                index.Search(two, 4, best, found);
            }
        }
    }

    protected static float[] Unit(Random random, int dimensions)
    {
        var vector = Enumerable.Range(0, dimensions).Select(_ => (float)((random.NextDouble() * 2) - 1) + 1e-3f).ToArray();
        return Normalised(vector);
    }

    private static float[] Near(Random random, float[] centre, double distance)
    {
        var offset = Unit(random, centre.Length);
        return Normalised([.. centre.Zip(offset, (c, o) => (float)(c + (distance * o)))]);
    }

    private static float[] Normalised(float[] vector)
    {
        var norm = Math.Sqrt(vector.Sum(x => (double)x * x));
        return [.. vector.Select(x => (float)(x / norm))];
    }

    private static List<(PersonId, IReadOnlyList<float[]>)> Watchlist(Random random, int persons, int dimensions) =>
        [.. Enumerable.Range(0, persons).Select(i => (
            new PersonId($"p{i}"),
            (IReadOnlyList<float[]>)[.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => Unit(random, dimensions))]))];

    private static void AssertSame(BruteForceIndex truth, IWatchlistIndex index, float[] query, int k)
    {
        var (expected, actual) = (new Candidate[k], new Candidate[k]);
        var found = truth.Search(query, expected);
        Assert.Equal(found, index.Search(query, actual));
        AssertSame(truth, query, expected[..found], actual[..found]);
    }

    /// <summary>
    /// The same similarities, each of a person who has it. Who comes first of two that are equally alike but for the rounding of floats is
    /// nobody's to say.
    /// </summary>
    private static void AssertSame(BruteForceIndex truth, float[] query, Candidate[] expected, Candidate[] actual)
    {
        Assert.Equal(actual.Length, actual.Select(candidate => candidate.Person).Distinct().Count());
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Similarity, actual[i].Similarity, 2e-6f);
            if (expected[i].Person != actual[i].Person)
                Assert.Equal(truth.SimilarityOf(actual[i].Person, query), actual[i].Similarity, 2e-6f);
        }
    }

    private (IWatchlistIndex Index, BruteForceIndex Truth) Both(
        List<(PersonId Person, IReadOnlyList<float[]> Templates)> watchlist, int dimensions)
    {
        var (index, truth) = (New(dimensions), new BruteForceIndex());
        index.Load(watchlist);
        truth.Load(watchlist);
        return (index, truth);
    }
}

public class FlatIndexTests : WatchlistIndexTests
{
    protected override IWatchlistIndex New(int dimensions) => new FlatIndex("test", dimensions);
}

public class CompressedIndexTests : WatchlistIndexTests
{
    [Fact]
    public void Search_AgainstTheFlatIndex_IsEqualToTheLastBit()
    {
        var random = new Random(11);
        var (flat, compressed) = (new FlatIndex("test", 256), new CompressedIndex("test", 256));
        var watchlist = Enumerable.Range(0, 20_000)
            .Select(i => (new PersonId($"p{i}"), (IReadOnlyList<float[]>)[Unit(random, 256)])).ToList();
        flat.Load(watchlist);
        compressed.Load(watchlist);
        for (var i = 0; i < 50; i++)
        {
            var query = Unit(random, 256);
            var (expected, actual) = (new Candidate[4], new Candidate[4]);
            flat.Search(query, expected);
            compressed.Search(query, actual);

            Assert.Equal(expected, actual);
            Assert.InRange(compressed.Reranked, 4, 400);
        }
    }

    protected override IWatchlistIndex New(int dimensions) => new CompressedIndex("test", dimensions);
}
