using Appliance.Core.Inputs;
using Appliance.Delivery.Inputs;
using Appliance.UnitTests.Support;
using Microsoft.Extensions.Logging.Abstractions;

namespace Appliance.UnitTests.Delivery;

public sealed class InputBankTests
{
    private static readonly InputsOptions s_options = new()
    {
        Lines = [new() { Id = "door", Kind = "door", Debounce = TimeSpan.FromMilliseconds(50) }, new() { Id = "lid", Line = 1, Debounce = TimeSpan.Zero }],
    };

    private readonly ManualClock _clock = new();

    [Fact]
    public void Simulate_SteadyForTheDebounce_ChangesOnce()
    {
        using var bank = Bank();
        var seen = new List<(string, bool)>();
        bank.Changed += state => seen.Add((state.Id, state.Active));

        foreach (var level in new[] { true, false, true, false, true })
        {
            bank.Simulate("door", level);
            _clock.Advance(TimeSpan.FromMilliseconds(20));
        }

        Assert.Empty(seen);
        _clock.Advance(TimeSpan.FromMilliseconds(30));

        Assert.Equal([("door", true)], seen);
        Assert.True(bank.IsActive("door"));
        Assert.Equal(1, bank.States[0].Changes);
    }

    [Fact]
    public void Simulate_BackBeforeTheDebounce_IsNoChange()
    {
        using var bank = Bank();
        bank.Changed += _ => Assert.Fail("a bounce was told");

        bank.Simulate("door", true);
        _clock.Advance(TimeSpan.FromMilliseconds(49));
        bank.Simulate("door", false);
        _clock.Advance(TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void Simulate_NoDebounce_ChangesAtOnce()
    {
        using var bank = Bank();

        Assert.True(bank.Simulate("lid", true));

        Assert.True(bank.IsActive("lid"));
        Assert.False(bank.Simulate("nope", true));
        Assert.Null(bank.IsActive("nope"));
    }

    [Fact]
    public void Constructor_ActiveAtTheStart_IsKnownAtOnce()
    {
        var driver = new FaultyInputs { Level = true };
        using var bank = new InputBank(s_options, () => driver, _clock, NullLogger<InputBank>.Instance);

        Assert.All(bank.States, state => Assert.True(state.Active));
    }

    [Fact]
    public void Start_DriverFails_IsAReasonAndIsTriedAgain()
    {
        var driver = new FaultyInputs();
        using var bank = new InputBank(s_options, () => driver, _clock, NullLogger<InputBank>.Instance);

        driver.Fail!(new IOException("chip gone"));
        var whyNot = bank.WhyNot;
        driver.Level = true;
        _clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal("chip gone", whyNot);
        Assert.Null(bank.WhyNot);
        Assert.True(bank.IsActive("door"));
    }

    private InputBank Bank() => new(s_options, _clock, NullLogger<InputBank>.Instance);

    private sealed class FaultyInputs : IInputDriver
    {
        public bool Level { get; set; }

        public Action<Exception>? Fail { get; private set; }

        public bool Debounces => true;

        public bool Get(int line) => Level;

        public void Start(Action<int, bool> changed, Action<Exception> failed) => Fail = failed;

        public void Dispose()
        {
        }
    }
}
