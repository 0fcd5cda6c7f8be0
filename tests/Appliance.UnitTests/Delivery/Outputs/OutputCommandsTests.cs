using Appliance.Core.Outputs;
using Appliance.Delivery.Outputs;
using Appliance.UnitTests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.UnitTests.Delivery.Outputs;

public sealed class OutputCommandsTests : IDisposable
{
    private readonly ManualClock _clock = new();
    private readonly OutputBank _bank;
    private readonly OutputCommands _commands;
    private readonly List<(OutputCommand Command, OutputAnswer Answer)> _audit = [];

    public OutputCommandsTests()
    {
        var options = new OutputsOptions
        {
            Lines = [new() { Id = "siren", AllowRemote = true }, new() { Id = "strobe", Line = 1 }],
            Groups = [new() { Id = "alarm", Outputs = ["siren", "strobe"] }],
            RemoteCommandsPerMinute = 3,
        };
        _bank = new(options, () => new SimulatedDriver([false, false]), _clock, NullLogger<OutputBank>.Instance);
        _commands = new(options, _bank, _clock, NullLogger<OutputCommands>.Instance);
        _commands.Commanded += (command, answer) => _audit.Add((command, answer));
    }

    public void Dispose() => _bank.Dispose();

    [Fact]
    public void Do_Group_SwitchesEveryMember()
    {
        var answer = Do("alarm", OutputAction.Pulse(TimeSpan.FromSeconds(5)), OutputSource.Rule);

        Assert.Equal(OutputVerdict.Done, answer.Verdict);
        Assert.All(_bank.States, state => Assert.True(state.Active));
    }

    [Theory]
    [InlineData(OutputSource.Mqtt)]
    [InlineData(OutputSource.HomeAssistant)]
    [InlineData(OutputSource.Sparkplug)]
    public void Do_RemoteWithoutPermission_IsRefusedAndAudited(OutputSource source)
    {
        var refused = Do("strobe", OutputAction.On, source);
        var taken = Do("siren", OutputAction.On, source);

        Assert.Equal((OutputVerdict.Refused, OutputVerdict.Done), (refused.Verdict, taken.Verdict));
        Assert.Equal([OutputVerdict.Refused, OutputVerdict.Done], _audit.Select(entry => entry.Answer.Verdict));
        Assert.False(_bank.States[1].Active);
    }

    [Fact]
    public void Do_GroupWithAMemberThatIsNotRemote_SaysSo()
    {
        var answer = Do("alarm", OutputAction.On, OutputSource.Sparkplug);

        Assert.Equal(OutputVerdict.Refused, answer.Verdict);
        Assert.Equal([true, false], _bank.States.Select(state => state.Active));
    }

    [Fact]
    public void Do_TooManyRemoteCommands_AreRefusedUntilTheMinuteIsOver()
    {
        var verdicts = Enumerable.Range(0, 4).Select(_ => Do("siren", OutputAction.On, OutputSource.Mqtt).Verdict).ToList();
        var byAPerson = Do("siren", OutputAction.Off, OutputSource.Person).Verdict;
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal([OutputVerdict.Done, OutputVerdict.Done, OutputVerdict.Done, OutputVerdict.Refused], verdicts);
        Assert.Equal(OutputVerdict.Done, byAPerson);
        Assert.Equal(OutputVerdict.Done, Do("siren", OutputAction.On, OutputSource.Mqtt).Verdict);
    }

    [Fact]
    public void Do_Inhibited_OnlyPeopleSwitchOnAndEverybodyOff()
    {
        _commands.Inhibit(TimeSpan.FromMinutes(10), "anna");

        var rule = Do("siren", OutputAction.On, OutputSource.Rule);
        var person = Do("siren", OutputAction.On, OutputSource.Person);
        var off = Do("siren", OutputAction.Off, OutputSource.Mqtt);
        _clock.Advance(TimeSpan.FromMinutes(10));
        var later = Do("siren", OutputAction.On, OutputSource.Rule);

        Assert.Equal(
            (OutputVerdict.Refused, OutputVerdict.Done, OutputVerdict.Done, OutputVerdict.Done),
            (rule.Verdict, person.Verdict, off.Verdict, later.Verdict));
        Assert.Null(_commands.Inhibition);
    }

    [Fact]
    public void Do_Overridden_RemoteCommandsAreRefused()
    {
        _bank.Override(new("siren"), false, TimeSpan.FromMinutes(1), "anna");

        Assert.Equal(OutputVerdict.Refused, Do("siren", OutputAction.On, OutputSource.Sparkplug).Verdict);
        Assert.Equal(OutputVerdict.Refused, Do("siren", OutputAction.On, OutputSource.Rule).Verdict);
    }

    [Fact]
    public void Do_UnknownOutput_SaysSo() =>
        Assert.Equal(OutputVerdict.Unknown, Do("nope", OutputAction.On, OutputSource.Mqtt).Verdict);

    private OutputAnswer Do(string output, OutputAction action, OutputSource source) =>
        _commands.Do(new(new(output), action, source, "somebody"));
}
