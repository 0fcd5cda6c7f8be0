using System.Numerics;

namespace Appliance.Core.Rules.Engine;

/// <summary>What is remembered of one track: where it is since when, and what was said about it. Reused for other tracks.</summary>
internal sealed class TrackMemory
{
    private readonly TimeSpan[] _entered;
    private readonly TimeSpan[] _left;
    private readonly TimeSpan[] _before;
    private readonly TimeSpan[] _firedAt;

    public TrackMemory(int places, int rules)
    {
        _entered = new TimeSpan[places];
        _left = new TimeSpan[places];
        _before = new TimeSpan[places];
        _firedAt = new TimeSpan[rules];
        Fired = new ulong[rules];
    }

    /// <summary>Number of the frame that had it last.</summary>
    public long Frame { get; set; }

    /// <summary>Places it is in.</summary>
    public ulong At { get; private set; }

    /// <summary>Where it was last seen.</summary>
    public Vector2 Anchor { get; private set; }

    /// <summary>By rule: places in which it fired and has not left since.</summary>
    public ulong[] Fired { get; }

    private bool WasSeen { get; set; }

    public void Reset()
    {
        (At, WasSeen) = (0, false);
        Array.Clear(Fired);
        Array.Fill(_firedAt, TimeSpan.MinValue);
        Array.Fill(_left, TimeSpan.MinValue);
        Array.Clear(_before);
    }

    /// <summary>Takes where it is seen now; returns where it was seen before.</summary>
    public Vector2? Move(Vector2 anchor, ulong at, TimeSpan now, TimeSpan grace)
    {
        Vector2? from = WasSeen ? Anchor : null;
        (Anchor, WasSeen) = (anchor, true);
        for (var entered = at & ~At; entered != 0; entered &= entered - 1)
        {
            var place = BitOperations.TrailingZeroCount(entered);
            if (_left[place] == TimeSpan.MinValue || now - _left[place] > grace)
                _before[place] = TimeSpan.Zero;
            _entered[place] = now;
        }

        for (var left = At & ~at; left != 0; left &= left - 1)
        {
            var place = BitOperations.TrailingZeroCount(left);
            _before[place] += now - _entered[place];
            _left[place] = now;
            for (var rule = 0; rule < Fired.Length; rule++)
                Fired[rule] &= ~(1ul << place);
        }

        At = at;
        return from;
    }

    /// <summary>Time in a place since it entered.</summary>
    public TimeSpan Stay(int place, TimeSpan now) => now - _entered[place];

    /// <summary>Time in a place altogether, short absences left out.</summary>
    public TimeSpan Altogether(int place, TimeSpan now) => _before[place] + (now - _entered[place]);

    public bool IsCooling(int rule, TimeSpan now, TimeSpan cooldown) =>
        _firedAt[rule] != TimeSpan.MinValue && now - _firedAt[rule] < cooldown;

    public void NoteFired(int rule, TimeSpan now) => _firedAt[rule] = now;
}
