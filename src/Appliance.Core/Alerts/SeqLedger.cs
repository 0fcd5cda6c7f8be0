namespace Appliance.Core.Alerts;

/// <summary>
/// Which alert numbers of one box are known: everything up to <see cref="High"/>, and ranges beyond it where something is
/// missing in between. Tells doubles and gaps apart in as much memory as there are gaps. The box keeps one per consumer
/// (what it acknowledged), a consumer one per box (what it has). Not thread-safe.
/// </summary>
public sealed class SeqLedger
{
    // Sorted; apart from each other and from High by at least one number.
    private readonly List<SeqRange> _beyond = [];

    /// <param name="high">Everything up to here counts as known; 0 = nothing.</param>
    /// <param name="beyond">Ranges known beyond it, in any order.</param>
    public SeqLedger(long high = 0, IEnumerable<SeqRange>? beyond = null)
    {
        High = high;
        foreach (var range in beyond ?? [])
            Add(range);
    }

    /// <summary>Every number up to this one is known.</summary>
    public long High { get; private set; }

    /// <summary>What is known beyond the first gap, ascending.</summary>
    public IReadOnlyList<SeqRange> Beyond => _beyond;

    /// <summary>The highest number that is known.</summary>
    public long Highest => _beyond.Count > 0 ? _beyond[^1].Last : High;

    /// <summary>How many numbers below <see cref="Highest"/> are missing.</summary>
    public long Missing => Highest - High - _beyond.Sum(range => range.Count);

    /// <summary>What is missing below <see cref="Highest"/>, ascending.</summary>
    public IEnumerable<SeqRange> Gaps()
    {
        var known = High;
        foreach (var range in _beyond)
        {
            yield return new(known + 1, range.First - 1);
            known = range.Last;
        }
    }

    /// <summary>The parts of a range that are not known, ascending.</summary>
    public IEnumerable<SeqRange> Unknown(SeqRange range)
    {
        var first = Math.Max(range.First, High + 1);
        for (var at = FirstEndingAtOrAfter(first); first <= range.Last; at++)
        {
            if (at == _beyond.Count || _beyond[at].First > range.Last)
            {
                yield return new(first, range.Last);
                yield break;
            }

            if (_beyond[at].First > first)
                yield return new(first, _beyond[at].First - 1);
            first = _beyond[at].Last + 1;
        }
    }

    public bool Contains(long seq)
    {
        if (seq <= High)
            return true;
        var at = FirstEndingAtOrAfter(seq);
        return at < _beyond.Count && _beyond[at].First <= seq;
    }

    /// <summary>True: it was new. False: a double.</summary>
    public bool Add(long seq) => Add(new SeqRange(seq, seq)) > 0;

    /// <summary>Returns how many of the numbers were new.</summary>
    public long Add(SeqRange range)
    {
        var (first, last) = (Math.Max(range.First, High + 1), range.Last);
        if (last < first)
            return 0;

        // What overlaps or touches it melts into one.
        var from = FirstEndingAtOrAfter(first - 1);
        var to = from;
        var (low, high, known) = (first, last, 0L);
        for (; to < _beyond.Count && _beyond[to].First <= last + 1; to++)
        {
            var other = _beyond[to];
            known += Math.Max(0, Math.Min(last, other.Last) - Math.Max(first, other.First) + 1);
            (low, high) = (Math.Min(low, other.First), Math.Max(high, other.Last));
        }

        _beyond.RemoveRange(from, to - from);
        if (low == High + 1)
            High = high;
        else
            _beyond.Insert(from, new(low, high));
        return last - first + 1 - known;
    }

    /// <summary>Forgets the highest ranges beyond <paramref name="limit"/> of them: what is forgotten comes again and is a double then.</summary>
    public void Trim(int limit)
    {
        if (_beyond.Count > limit)
            _beyond.RemoveRange(limit, _beyond.Count - limit);
    }

    private int FirstEndingAtOrAfter(long seq)
    {
        var (low, high) = (0, _beyond.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_beyond[middle].Last < seq)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
