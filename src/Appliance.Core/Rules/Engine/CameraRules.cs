using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;
using Appliance.Core.Cameras;
using Appliance.Core.Recognition;

namespace Appliance.Core.Rules.Engine;

/// <summary>
/// The rules of one camera, asked once per frame. Its clock is whatever never runs backwards (monotonic time live, media time for a
/// recording); if it does, everything starts anew. One thread at a time; allocates nothing per frame in steady state, only for what
/// is found.
/// </summary>
public sealed class CameraRules
{
    // Cooldowns remembered before those that are over are forgotten.
    private const int RememberAtLeast = 256;

    // A face that is missed for a frame or two is not an empty zone, and somebody who steps aside still loiters.
    private static readonly TimeSpan s_grace = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan s_flicker = TimeSpan.FromSeconds(2);

    private readonly CameraId _camera;
    private readonly Dictionary<long, TrackMemory> _tracks = [];
    private readonly Stack<TrackMemory> _pool = new();
    private readonly Dictionary<(int Rule, int Place, PersonId Person), TimeSpan> _cooling = [];
    private RuleSet _set;
    private Scene _scene;
    private PlaceMemory[] _places = [];
    private bool[] _active = [];
    private int[] _counts = [];
    private int _pruneAt = RememberAtLeast;
    private long _minute = long.MinValue;
    private long _frame;
    private TimeSpan _now;

    public CameraRules(CameraId camera, RuleSet set)
    {
        _camera = camera;
        _set = set;
        _scene = set.SceneOf(camera);
        Prepare();
    }

    /// <summary>Why each rule fired or not, in the order of <see cref="RuleSet.Rules"/>; null = it is not for this camera.</summary>
    public IReadOnlyList<RuleTally?> Tallies { get; private set; } = [];

    /// <summary>Names of the places that are counted; the first is the whole picture and has none.</summary>
    public IReadOnlyList<string> Places => _scene.Places;

    /// <summary>Whether there is anything to ask.</summary>
    public bool IsIdle => _scene.Rules.Length == 0 && _scene.Places.Length == 1;

    /// <summary>Whether faces there are dropped before they are followed.</summary>
    public bool Hides(Vector2 point) => _scene.Mask.Hides(point);

    /// <summary>Whether faces there alert nobody.</summary>
    public bool Excludes(Vector2 point) => _scene.At(point) == 0;

    /// <summary>Tracks in a place at the latest frame; may be read by any thread.</summary>
    public int CountAt(int place) => place < _counts.Length ? Volatile.Read(ref _counts[place]) : 0;

    /// <summary>Goes on with other rules: who is where is found out anew, what was said before is forgotten.</summary>
    public void Adopt(RuleSet set)
    {
        if (ReferenceEquals(set, _set))
            return;

        (_set, _scene) = (set, set.SceneOf(_camera));
        _tracks.Clear();
        _pool.Clear();
        _cooling.Clear();
        Prepare();
    }

    /// <summary>Takes the tracks of the next frame and adds what its rules find.</summary>
    /// <param name="tracks">All believed tracks, those hidden for a moment too.</param>
    /// <param name="tampered">Bits of <see cref="TamperKind"/> that hold now.</param>
    /// <param name="now">Time that does not jump.</param>
    /// <param name="utc">Wall clock, for schedules.</param>
    /// <param name="found">Is added to.</param>
    public void Step(ReadOnlySpan<Sighting> tracks, int tampered, TimeSpan now, DateTimeOffset utc, List<RuleFinding> found)
    {
        if (now < _now)
            Restart();
        _now = now;
        _frame++;
        ReadClock(utc);
        Array.Clear(_counts);
        for (var i = 0; i < tracks.Length; i++)
            Follow(tracks, i, now, found);

        if (_tracks.Count > tracks.Length)
            Forget();
        foreach (ref readonly var bound in _scene.Rules.AsSpan())
        {
            switch (bound.Rule.Options.Kind)
            {
                case RuleKind.Occupancy or RuleKind.Absence:
                    Count(bound, tracks, now, found);
                    break;
                case RuleKind.Tamper:
                    Watch(bound, tampered & bound.Rule.Tampers, now, found);
                    break;
            }
        }
    }

    private void Follow(ReadOnlySpan<Sighting> tracks, int index, TimeSpan now, List<RuleFinding> found)
    {
        ref readonly var sighting = ref tracks[index];
        var memory = MemoryOf(sighting.Track);
        memory.Frame = _frame;
        Vector2? before = null;
        if (sighting.IsSeen)
            before = memory.Move(sighting.Anchor, _scene.At(sighting.Anchor), now, s_grace);
        for (var at = memory.At; at != 0; at &= at - 1)
            _counts[BitOperations.TrailingZeroCount(at)]++;
        if (!sighting.IsSeen)
            return;

        foreach (ref readonly var bound in _scene.Rules.AsSpan())
        {
            if (!_active[bound.Rule.Index])
                continue;

            switch (bound.Rule.Options.Kind)
            {
                case RuleKind.LineCrossing:
                    if (before is { } from && memory.At != 0)
                        Cross(bound, sighting, index, memory, from, now, found);
                    break;
                case RuleKind.Intrusion or RuleKind.Loitering or RuleKind.UnknownFace or RuleKind.Watchlist:
                    Dwell(bound, sighting, index, memory, now, found);
                    break;
            }
        }
    }

    private void Dwell(
        in SceneRule bound, in Sighting sighting, int index, TrackMemory memory, TimeSpan now, List<RuleFinding> found)
    {
        var rule = bound.Rule;
        var at = memory.At & bound.Where;
        if (at == 0)
            return;

        var tally = Tallies[rule.Index]!;
        tally.Present++;
        if (!IsMeant(rule, sighting))
        {
            tally.OtherPeople++;
            return;
        }

        for (at &= ~memory.Fired[rule.Index]; at != 0; at &= at - 1)
        {
            var place = BitOperations.TrailingZeroCount(at);
            var stay = rule.Options.Kind == RuleKind.Loitering ? memory.Altogether(place, now) : memory.Stay(place, now);
            if (stay > tally.Longest)
                tally.Longest = stay;
            if (stay < rule.Options.After)
                continue;

            memory.Fired[rule.Index] |= 1ul << place;
            if (Pass(rule, place, sighting, memory, now, tally))
                found.Add(new(rule, _scene.Places[place], index, Seconds("stayed", stay)));
        }
    }

    private void Cross(
        in SceneRule bound, in Sighting sighting, int index, TrackMemory memory, Vector2 from, TimeSpan now, List<RuleFinding> found)
    {
        var rule = bound.Rule;
        for (var lines = bound.Where; lines != 0; lines &= lines - 1)
        {
            var number = BitOperations.TrailingZeroCount(lines);
            ref readonly var line = ref _scene.Lines[number];
            var over = Zones.Segments.Over(line.From, line.To, from, sighting.Anchor);
            if (over == 0)
                continue;

            var tally = Tallies[rule.Index]!;
            tally.Present++;
            if (!IsMeant(rule, sighting))
                tally.OtherPeople++;
            else if (rule.Options.Direction == (over > 0 ? LineDirection.RightToLeft : LineDirection.LeftToRight))
                tally.OtherWay++;
            // Lines are numbered after the places, so that both can cool apart.
            else if (Pass(rule, _scene.Places.Length + number, sighting, memory, now, tally))
                found.Add(new(rule, line.Id, index, over > 0 ? "left to right" : "right to left"));
        }
    }

    private void Count(in SceneRule bound, ReadOnlySpan<Sighting> tracks, TimeSpan now, List<RuleFinding> found)
    {
        var rule = bound.Rule;
        var isAbsence = rule.Options.Kind == RuleKind.Absence;
        for (var where = bound.Where; where != 0; where &= where - 1)
        {
            var place = BitOperations.TrailingZeroCount(where);
            ref var memory = ref PlaceOf(rule, place);
            if (!_active[rule.Index])
            {
                memory = default;
                continue;
            }

            var count = People(rule, place, tracks);
            var tally = Tallies[rule.Index]!;
            tally.Present += count;
            if (count > tally.Most)
                tally.Most = count;
            if (isAbsence ? count == 0 : count >= rule.Options.Count)
                memory.Hold(now);
            else
                memory.Drop(now, isAbsence ? TimeSpan.Zero : s_flicker);

            if (memory.Ripe(now, rule.Options.After, tally) && Pass(rule, place, ref memory, now, tally))
                found.Add(new(rule, _scene.Places[place], -1, isAbsence ? Seconds("nobody", memory.Held(now)) : $"{count} faces"));
        }
    }

    private void Watch(in SceneRule bound, int tampered, TimeSpan now, List<RuleFinding> found)
    {
        var rule = bound.Rule;
        ref var memory = ref PlaceOf(rule, 0);
        if (!_active[rule.Index])
        {
            memory = default;
            return;
        }

        var tally = Tallies[rule.Index]!;
        if (tampered != 0)
        {
            tally.Present++;
            memory.Hold(now);
        }
        else
        {
            memory.Drop(now, s_flicker);
        }

        if (tampered != 0 && memory.Ripe(now, rule.Options.After, tally) && Pass(rule, 0, ref memory, now, tally))
            found.Add(new(rule, "", -1, Words(tampered)));
    }

    private int People(Rule rule, int place, ReadOnlySpan<Sighting> tracks)
    {
        var count = 0;
        foreach (ref readonly var sighting in tracks)
        {
            if ((_tracks[sighting.Track].At & (1ul << place)) != 0 && rule.Counts(sighting.Word))
                count++;
        }

        return count;
    }

    private static bool IsMeant(Rule rule, in Sighting sighting) => rule.Options.Kind switch
    {
        RuleKind.Watchlist when sighting is not { State: IdentityState.Known, Category: not null } => false,
        RuleKind.UnknownFace when sighting.State != IdentityState.Unknown => false,
        _ => rule.Counts(sighting.Word),
    };

    /// <summary>Whether the cooldown lets it through; if so it begins anew.</summary>
    private bool Pass(Rule rule, int place, in Sighting sighting, TrackMemory memory, TimeSpan now, RuleTally tally)
    {
        var cooldown = rule.Options.Cooldown;
        // Somebody known is remembered longer than their track; anybody else is their track.
        var isTrack = rule.Options.CooldownPer == CooldownScope.Person && sighting.State != IdentityState.Known;
        bool cooling;
        if (isTrack)
        {
            cooling = memory.IsCooling(rule.Index, now, cooldown);
            if (!cooling)
                memory.NoteFired(rule.Index, now);
        }
        else
        {
            cooling = IsCooling(KeyOf(rule, place, sighting.Person), now, cooldown);
        }

        return Note(tally, cooling);
    }

    private bool Pass(Rule rule, int place, ref PlaceMemory memory, TimeSpan now, RuleTally tally)
    {
        memory.Said = true;
        return Note(tally, IsCooling(KeyOf(rule, place, default), now, rule.Options.Cooldown));
    }

    private static (int Rule, int Place, PersonId Person) KeyOf(Rule rule, int place, PersonId person) => rule.Options.CooldownPer switch
    {
        CooldownScope.Person => (rule.Index, place, person),
        CooldownScope.Zone => (rule.Index, place, default),
        _ => (rule.Index, -1, default),
    };

    private bool IsCooling((int Rule, int Place, PersonId Person) key, TimeSpan now, TimeSpan cooldown)
    {
        ref var last = ref CollectionsMarshal.GetValueRefOrAddDefault(_cooling, key, out var known);
        if (known && now - last < cooldown)
            return true;

        last = now;
        if (_cooling.Count >= _pruneAt)
            Prune(now);
        return false;
    }

    private void Prune(TimeSpan now)
    {
        foreach (var (key, last) in _cooling)
        {
            if (now - last >= _set.Rules[key.Rule].Options.Cooldown)
                _cooling.Remove(key);
        }

        _pruneAt = Math.Max(RememberAtLeast, 2 * _cooling.Count);
    }

    private static bool Note(RuleTally tally, bool cooling)
    {
        if (cooling)
            tally.Cooled++;
        else
            tally.Fired++;
        return !cooling;
    }

    private TrackMemory MemoryOf(long track)
    {
        if (_tracks.TryGetValue(track, out var memory))
            return memory;

        if (!_pool.TryPop(out memory))
            memory = new(_scene.Places.Length, _set.Rules.Count);
        memory.Reset();
        _tracks.Add(track, memory);
        return memory;
    }

    private void Forget()
    {
        foreach (var (track, memory) in _tracks)
        {
            if (memory.Frame == _frame)
                continue;
            _tracks.Remove(track);
            _pool.Push(memory);
        }
    }

    private ref PlaceMemory PlaceOf(Rule rule, int place) => ref _places[(rule.Index * _scene.Places.Length) + place];

    /// <summary>Schedules change at whole minutes: they are asked once per minute.</summary>
    private void ReadClock(DateTimeOffset utc)
    {
        var minute = utc.UtcTicks / TimeSpan.TicksPerMinute;
        if (minute != _minute)
        {
            _minute = minute;
            for (var i = 0; i < _active.Length; i++)
                _active[i] = _set.IsActive(_set.Rules[i], utc);
        }

        for (var i = 0; i < _active.Length; i++)
        {
            if (Tallies[i] is not { } tally)
                continue;
            if (_active[i])
                tally.Frames++;
            else
                tally.OutOfSchedule++;
        }
    }

    private void Prepare()
    {
        var tallies = new RuleTally?[_set.Rules.Count];
        foreach (var bound in _scene.Rules)
            tallies[bound.Rule.Index] = new();
        Tallies = tallies;
        _active = new bool[_set.Rules.Count];
        _places = new PlaceMemory[_set.Rules.Count * _scene.Places.Length];
        _counts = new int[_scene.Places.Length];
        _minute = long.MinValue;
    }

    private void Restart()
    {
        foreach (var memory in _tracks.Values)
            _pool.Push(memory);
        _tracks.Clear();
        _cooling.Clear();
        Array.Clear(_places);
    }

    private static string Seconds(string what, TimeSpan time) =>
        string.Create(CultureInfo.InvariantCulture, $"{what} {time.TotalSeconds:0.0} s");

    internal static string Words(int tampered)
    {
        var words = new List<string>();
        foreach (var kind in Enum.GetValues<TamperKind>())
        {
            if ((tampered & (1 << (int)kind)) != 0)
                words.Add(kind switch
                {
                    TamperKind.Covered => "covered",
                    TamperKind.Dark => "too dark",
                    TamperKind.Bright => "too bright",
                    TamperKind.Blurred => "out of focus",
                    TamperKind.SceneChanged => "shows another scene",
                    _ => "no signal",
                });
        }

        return string.Join(", ", words);
    }
}
