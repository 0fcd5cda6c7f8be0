using Appliance.Core.Alerts;
using FsCheck;
using FsCheck.Fluent;

namespace Appliance.UnitTests.Core.Alerts;

public sealed class SeqLedgerTests
{
    [Fact]
    public void Add_InOrder_OnlyTheHighMarkMoves()
    {
        var ledger = new SeqLedger();

        Assert.All(Enumerable.Range(1, 100), seq => Assert.True(ledger.Add(seq)));

        Assert.Equal(100, ledger.High);
        Assert.Empty(ledger.Beyond);
        Assert.Empty(ledger.Gaps());
    }

    [Fact]
    public void Add_NumberSeenBefore_IsADouble()
    {
        var ledger = new SeqLedger(5, [new(8, 9)]);

        Assert.All([1L, 5L, 8L, 9L], seq => Assert.False(ledger.Add(seq)));
        Assert.Equal([new SeqRange(6, 7)], ledger.Gaps());
    }

    [Fact]
    public void Add_LastOfAGap_ClosesIt()
    {
        var ledger = new SeqLedger(5, [new(8, 9), new(12, 12)]);

        ledger.Add(7);
        ledger.Add(6);

        Assert.Equal(9, ledger.High);
        Assert.Equal([new SeqRange(10, 11)], ledger.Gaps());
        Assert.Equal((12L, 2L), (ledger.Highest, ledger.Missing));
    }

    [Fact]
    public void Trim_MoreGapsThanAllowed_ForgetsTheHighest()
    {
        var ledger = new SeqLedger(0, [new(3, 3), new(5, 5), new(7, 7)]);

        ledger.Trim(2);

        Assert.Equal(5, ledger.Highest);
        Assert.True(ledger.Add(7));
    }

    /// <summary>Against a plain set of numbers: any ranges in any order.</summary>
    [Fact]
    public void Add_AnyRangesInAnyOrder_KnowsWhatASetWouldKnow()
    {
        var ranges = Gen.Choose(1, 60).SelectMany(first => Gen.Choose(0, 8).Select(length => new SeqRange(first, first + length)));
        Prop.ForAll(Gen.ListOf(ranges).ToArbitrary(), added =>
        {
            var (ledger, model) = (new SeqLedger(), new HashSet<long>());
            foreach (var range in added)
            {
                var unknown = ledger.Unknown(range).SelectMany(Numbers).ToList();
                var news = Numbers(range).Where(model.Add).ToList();
                if (!unknown.SequenceEqual(news) || ledger.Add(range) != news.Count)
                    return false;
            }

            return Enumerable.Range(1, 80).All(seq => ledger.Contains(seq) == model.Contains(seq)) && IsTidy(ledger) && Gaps(ledger, model);
        }).QuickCheckThrowOnFailure();
    }

    /// <summary>What is written down and read again is the same ledger.</summary>
    [Fact]
    public void Constructor_FromItsOwnRanges_IsTheSame()
    {
        var ranges = Gen.Choose(1, 60).SelectMany(first => Gen.Choose(0, 8).Select(length => new SeqRange(first, first + length)));
        Prop.ForAll(Gen.ListOf(ranges).ToArbitrary(), added =>
        {
            var ledger = new SeqLedger(0, added);
            var copy = new SeqLedger(ledger.High, ledger.Beyond.Reverse());
            return copy.High == ledger.High && copy.Beyond.SequenceEqual(ledger.Beyond);
        }).QuickCheckThrowOnFailure();
    }

    private static IEnumerable<long> Numbers(SeqRange range) => Enumerable.Range((int)range.First, (int)range.Count).Select(seq => (long)seq);

    private static bool Gaps(SeqLedger ledger, HashSet<long> model)
    {
        var missing = ledger.Gaps().SelectMany(Numbers).ToList();
        var highest = model.Count == 0 ? 0 : model.Max();
        return ledger.Highest == highest
            && ledger.Missing == missing.Count
            && missing.SequenceEqual(Enumerable.Range(1, (int)highest).Select(seq => (long)seq).Where(seq => !model.Contains(seq)));
    }

    private static bool IsTidy(SeqLedger ledger)
    {
        var before = ledger.High;
        foreach (var range in ledger.Beyond)
        {
            if (range.First <= before + 1 || range.Last < range.First)
                return false;
            before = range.Last;
        }

        return true;
    }
}
