using Appliance.Core.Outputs;
using Appliance.Delivery.Outputs;
using Appliance.UnitTests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.UnitTests.Delivery.Outputs;

/// <summary>Patterns, rests, interlocks and overrides.</summary>
public sealed class OutputLimitsTests
{
    private static readonly OutputId s_siren = new("siren");
    private static readonly OutputId s_strobe = new("strobe");

    private readonly ManualClock _clock = new();
    private SimulatedDriver? _driver;

    [Fact]
    public void Do_Pattern_FlashesTheLineAndIsOneActivation()
    {
        using var bank = Bank(new OutputOptions { Id = "siren" });
        var changes = new List<bool>();
        bank.Changed += state => changes.Add(state.Active);

        bank.Do(s_siren, OutputAction.Play(Pattern("on 0.5 s, off 0.5 s × 3")), "alert");
        var levels = Sample(TimeSpan.FromSeconds(0.25), 12);

        Assert.Equal([true, false, false, true, true, false, false, true, true, false, false, false], levels);
        Assert.Equal([true, false], changes);
        Assert.Equal("pattern ended", bank.States[0].Reason);
    }

    [Fact]
    public void Do_PatternLongerThanTheLimit_IsCut()
    {
        using var bank = Bank(new OutputOptions { Id = "siren", MaximumOnTime = TimeSpan.FromSeconds(2) });

        var answer = bank.Do(s_siren, OutputAction.Play(Pattern("on 1 s, off 1 s × 100")), "alert");
        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal(OutputVerdict.Limited, answer.Verdict);
        Assert.False(bank.States[0].Active);
        Assert.False(_driver!.Get(0));
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.False(_driver.Get(0));
    }

    [Fact]
    public void Do_PatternFasterThanTheMinimumOffTime_IsSteady()
    {
        using var bank = Bank(new OutputOptions { Id = "siren", MinimumOffTime = TimeSpan.FromSeconds(1) });

        bank.Do(s_siren, OutputAction.Play(Pattern("on 0.5 s, off 0.5 s × 3")), "alert");

        Assert.Equal([true, true, true, true, false], Sample(TimeSpan.FromSeconds(0.5), 5));
    }

    [Fact]
    public void Do_WithinTheMinimumOffTime_BeginsWhenItIsOver()
    {
        using var bank = Bank(new OutputOptions { Id = "siren", MinimumOffTime = TimeSpan.FromSeconds(10) });
        bank.Do(s_siren, OutputAction.Pulse(TimeSpan.FromSeconds(1)), "first");
        _clock.Advance(TimeSpan.FromSeconds(1));

        var answer = bank.Do(s_siren, OutputAction.Pulse(TimeSpan.FromSeconds(2)), "second");
        _clock.Advance(TimeSpan.FromSeconds(9.9));
        var resting = _driver!.Get(0);
        _clock.Advance(TimeSpan.FromSeconds(0.1));
        var on = _driver.Get(0);
        _clock.Advance(TimeSpan.FromSeconds(2));

        Assert.Equal((OutputVerdict.Waiting, false, true, false), (answer.Verdict, resting, on, _driver.Get(0)));
    }

    [Fact]
    public void Do_OffWhileResting_ForgetsTheWish()
    {
        using var bank = Bank(new OutputOptions { Id = "siren", MinimumOffTime = TimeSpan.FromSeconds(10) });
        bank.Do(s_siren, OutputAction.Pulse(TimeSpan.FromSeconds(1)), "first");
        _clock.Advance(TimeSpan.FromSeconds(1));
        bank.Do(s_siren, OutputAction.On, "second");

        bank.Do(s_siren, OutputAction.Off, "never mind");
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.False(_driver!.Get(0));
    }

    [Theory]
    [InlineData("siren", "strobe")]
    [InlineData("strobe", "siren")]
    public void Do_NeverTogether_TheOneThatIsOnStays(string first, string second)
    {
        using var bank = Bank(new OutputOptions { Id = "siren", NeverWith = ["strobe"] }, new() { Id = "strobe", Line = 1 });

        bank.Do(new(first), OutputAction.On, "x");
        var refused = bank.Do(new(second), OutputAction.On, "y");
        bank.Do(new(first), OutputAction.Off, "x");
        var taken = bank.Do(new(second), OutputAction.On, "y");

        Assert.Equal((OutputVerdict.Refused, OutputVerdict.Done), (refused.Verdict, taken.Verdict));
        Assert.Contains(first, refused.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Do_OnlyIf_GoesOffWithWhatItNeedsDownTheChain()
    {
        using var bank = Bank(
            new() { Id = "siren", OnlyIf = ["strobe"] },
            new() { Id = "strobe", Line = 1, OnlyIf = ["lamp"] },
            new() { Id = "lamp", Line = 2 });

        var early = bank.Do(s_siren, OutputAction.On, "x");
        bank.Do(new("lamp"), OutputAction.On, "x");
        bank.Do(s_strobe, OutputAction.On, "x");
        bank.Do(s_siren, OutputAction.On, "x");
        var all = bank.States.Select(state => state.Active).ToArray();
        bank.Do(new("lamp"), OutputAction.Off, "x");

        Assert.Equal(OutputVerdict.Refused, early.Verdict);
        Assert.Equal([true, true, true], all);
        Assert.All(bank.States, state => Assert.False(state.Active));
        Assert.Equal("interlock: strobe is off", bank.States[0].Reason);
    }

    [Fact]
    public void InputsChanged_OnlyIfAnInput_FollowsIt()
    {
        var closed = true;
        using var bank = Bank(new OutputOptions { Id = "siren", OnlyIf = ["door"] });
        bank.Watch(name => name == "door" ? closed : null);

        bank.Do(s_siren, OutputAction.On, "x");
        var on = _driver!.Get(0);
        closed = false;
        bank.InputsChanged();

        Assert.True(on);
        Assert.False(_driver.Get(0));
    }

    [Fact]
    public void Override_Off_NobodyElseSwitchesItUntilItEnds()
    {
        using var bank = Bank(new OutputOptions { Id = "siren" });

        bank.Override(s_siren, false, TimeSpan.FromMinutes(5), "anna");
        var refused = bank.Do(s_siren, OutputAction.On, "alert");
        var state = bank.States[0];
        _clock.Advance(TimeSpan.FromMinutes(5));
        var after = bank.Do(s_siren, OutputAction.On, "alert");

        Assert.Equal(OutputVerdict.Refused, refused.Verdict);
        Assert.Equal(("anna", false), (state.Override!.By, state.Override.Active));
        Assert.Equal((OutputVerdict.Done, true), (after.Verdict, _driver!.Get(0)));
    }

    [Fact]
    public void Override_On_EndsAtItsExpiryAndNeverExceedsTheMaximumOnTime()
    {
        using var bank = Bank(new OutputOptions { Id = "siren", MaximumOnTime = TimeSpan.FromSeconds(30) });

        bank.Override(s_siren, true, TimeSpan.FromSeconds(10), "anna");
        _clock.Advance(TimeSpan.FromSeconds(10));
        var expired = (bank.States[0].Active, bank.States[0].Override);
        var limited = bank.Override(s_siren, true, TimeSpan.FromMinutes(10), "anna");
        _clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Equal((false, null), expired);
        Assert.Equal(OutputVerdict.Limited, limited.Verdict);
        Assert.False(_driver!.Get(0));
        Assert.NotNull(bank.States[0].Override);
    }

    [Fact]
    public void Release_AnOverride_SwitchesOffAndGivesItBack()
    {
        using var bank = Bank(new OutputOptions { Id = "siren" });
        bank.Override(s_siren, true, TimeSpan.FromMinutes(1), "anna");

        bank.Release(s_siren, "ben");

        Assert.Equal((false, null, "override released by ben"), (bank.States[0].Active, bank.States[0].Override, bank.States[0].Reason));
        Assert.Equal(OutputVerdict.Refused, bank.Release(s_siren, "ben").Verdict);
    }

    private static OutputPattern Pattern(string text) => OutputPattern.Parse(text, out _)!;

    private List<bool> Sample(TimeSpan step, int count)
    {
        var levels = new List<bool>();
        for (var i = 0; i < count; i++)
        {
            _clock.Advance(step);
            levels.Add(_driver!.Get(0));
        }

        return levels;
    }

    private OutputBank Bank(params OutputOptions[] lines)
    {
        _driver = new SimulatedDriver([.. lines.Select(line => line.OnAtStart)]);
        return new(new() { Lines = lines }, () => _driver, _clock, NullLogger<OutputBank>.Instance);
    }
}
